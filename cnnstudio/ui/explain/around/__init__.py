"""Around the stage: the strip of layers, the ways to look at one, what stands beside it, and its bench."""
