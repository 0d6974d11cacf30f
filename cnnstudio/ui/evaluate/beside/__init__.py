"""What stands beside the matrix: pictures, certainty, curves, properties, and another network."""
