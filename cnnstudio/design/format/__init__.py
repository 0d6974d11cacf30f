"""Designs as JSON and back, every value checked."""
