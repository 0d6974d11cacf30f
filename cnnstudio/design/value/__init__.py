"""A design as an immutable value, and what it is made of."""
