"""Answers to “why this number?” as cards."""
