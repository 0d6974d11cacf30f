"""What is told to people: as data, as templates with values, and the words of what this engine tells."""
