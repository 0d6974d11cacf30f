"""Volumes as pictures, and what is laid over them."""
