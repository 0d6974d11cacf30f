"""The command train: with checkpoints, driven to its end, or only a look for a learning rate."""
