"""Networks as C99: one header that holds its weights and needs the standard library alone."""
