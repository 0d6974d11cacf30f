"""Build and Train: panels around one canvas."""
