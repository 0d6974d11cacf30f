"""Formats of files that hold data sets: each module but this one has one ``Reader``, which the program finds."""
