"""The engine: convolutional networks in NumPy. It knows no file, no window and no design."""
