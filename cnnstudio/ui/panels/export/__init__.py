"""File ▸ Export: the network for other programs, with the proof that it computes the same there."""
