"""The import sheet: what was found, what can be chosen, what follows."""
