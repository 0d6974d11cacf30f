"""Live views of lessons."""
