"""What networks written as Python code have in common, whatever they are to be run with."""
