"""The numbers that a network learns, and which of them training leaves alone."""
