"""The ways to look at one layer, one stage each."""
