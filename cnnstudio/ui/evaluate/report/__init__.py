"""The report on a network: asked for by a button, and as a PDF."""
