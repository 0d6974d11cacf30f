"""Sets that the program draws itself, from a seed."""
