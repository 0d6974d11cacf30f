"""Training as a generator of events, and how well a network does."""
