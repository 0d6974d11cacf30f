"""The largest number and the mean of windows, and of whole maps."""
