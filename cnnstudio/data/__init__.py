"""Data sets: built-in generators, readers, and the memory map between them and a batch."""
