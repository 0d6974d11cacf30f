"""Training beside the window: the session that it sees, how far and how fast a run is, and races of several."""
