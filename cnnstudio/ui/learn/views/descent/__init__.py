"""Gradient descent on the real loss of a network, over two of its weights."""
