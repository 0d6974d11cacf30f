"""Layers that do not fit what their wires bring."""
