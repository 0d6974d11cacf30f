"""The layer kinds, one file each, in a folder by their category.

A new file here is a new kind everywhere in the program. A file whose name begins with _ is none: it holds what several
kinds have in common.
"""
