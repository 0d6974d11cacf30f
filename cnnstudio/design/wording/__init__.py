"""The words for what a design tells as data: problems, repairs and their effects. Names come from the drawing."""
