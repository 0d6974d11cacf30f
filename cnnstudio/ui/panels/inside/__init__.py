"""The inside of a network while it learns: what each step does to each layer, over time."""
