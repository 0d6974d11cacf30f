"""Fields in which something is written."""
