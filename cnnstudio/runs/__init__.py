"""Training runs as records: what was trained, how it went, and where it can go on."""
