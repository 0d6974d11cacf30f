"""Convolution in all its forms, by several algorithms, each with a slow reference."""
