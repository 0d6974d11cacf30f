"""A run as the window drives it: train, pause and stop, its data, its samples, its evaluation."""
