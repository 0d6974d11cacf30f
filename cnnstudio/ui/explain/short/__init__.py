"""Short films of layers that weigh nothing: pooling, activations, normalisation, and those that only carry numbers."""
