"""Layers that slide a window over a volume, enlarge it or put a border around it."""
