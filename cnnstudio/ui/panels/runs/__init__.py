"""All kept runs as a table."""
