"""Layers that bring numbers to one scale, or leave some of them out."""
