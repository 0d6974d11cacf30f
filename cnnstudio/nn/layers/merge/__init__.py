"""Layers that bring several branches together."""
