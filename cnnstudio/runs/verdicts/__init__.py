"""What is to be thought of a run: rules over its figures, as data with their evidence."""
