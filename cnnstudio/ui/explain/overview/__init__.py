"""The whole network at once: all its maps, and the edges between them."""
