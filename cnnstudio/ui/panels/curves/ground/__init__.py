"""What is painted on the ground of a chart, under its own curves: other runs, and what is written on it."""
