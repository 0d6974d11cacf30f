"""Gestures: each drag is an object that begins, moves, and finishes or is cancelled."""
