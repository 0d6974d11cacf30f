"""All that can be said of a design: its facts, its problems and their repairs, and two designs compared."""
