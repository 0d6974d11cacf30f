"""Readers of data from files, one format each."""
