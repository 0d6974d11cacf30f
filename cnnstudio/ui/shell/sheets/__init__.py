"""Sheets over the whole window."""
