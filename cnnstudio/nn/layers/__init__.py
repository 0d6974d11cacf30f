"""The layer kinds, one file each. A new file here is a new kind everywhere in the program."""
