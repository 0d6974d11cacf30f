"""Layers that make a volume smaller by the largest number or the mean."""
