"""File ▸ Export network: the network for other programs, with the proof that it computes the same there."""
