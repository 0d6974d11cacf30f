"""The document: one project with its undo history, its name and its weights."""
