"""The left side: the palette, and the layers as a tree."""
