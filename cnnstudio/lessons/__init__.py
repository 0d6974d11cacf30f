"""Lessons as data: read strictly, checked by the engine, and how far somebody has come. Without Qt."""
