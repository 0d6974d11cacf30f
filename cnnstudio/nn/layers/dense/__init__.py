"""Layers that read and make lists of numbers."""
