"""Muting filters, and what it costs."""
