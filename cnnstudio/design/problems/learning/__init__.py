"""Designs that can be computed but will not learn well, or not at all."""
