"""Pictures of one's own: drawn, pasted, or in a file."""
