"""Where the network looked: one picture, the map of a method, its account and its two tests."""
