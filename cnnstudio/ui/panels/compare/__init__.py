"""This design beside another."""
