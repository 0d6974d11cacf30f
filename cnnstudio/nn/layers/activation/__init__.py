"""Layers that bend every number by itself."""
