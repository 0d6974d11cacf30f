"""A network as a value: what a layer is, the wires between layers, and how their numbers begin."""
