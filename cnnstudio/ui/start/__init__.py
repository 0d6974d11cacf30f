"""Opening the first window, or saying why there can be none."""
