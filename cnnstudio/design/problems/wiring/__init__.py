"""Layers without inputs, without use, or in a circle."""
