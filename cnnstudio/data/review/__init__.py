"""Looking through a data set: all its pictures in one row, what they look like small, and what is odd about them."""
