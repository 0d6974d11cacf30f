"""Data sets that others have published, fetched when somebody asks for it."""
