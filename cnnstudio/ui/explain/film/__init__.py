"""The film of a convolution: every cell of a feature map, as it is computed."""
