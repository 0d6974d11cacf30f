"""One widget for each kind of part that an account is made of."""
