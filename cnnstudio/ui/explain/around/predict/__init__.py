"""Predict first: numbers that are hidden until they have been predicted."""
