"""NumPy: a Python file that imports nothing else, and its weights beside it."""
