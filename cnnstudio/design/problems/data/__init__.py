"""Designs that do not fit their data, or the machine."""
