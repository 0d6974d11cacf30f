"""The panels around the canvas; each shows one side of the same document."""
