"""The drawing: a graph, where its cards lie, and the recipe by which it is trained. All of it is values."""
