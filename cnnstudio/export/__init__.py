"""Figures of a design for papers and slides, as data: drawn by the window, written as SVG, opened again as a design."""
