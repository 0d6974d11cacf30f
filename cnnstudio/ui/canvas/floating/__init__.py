"""What floats over the canvas: controls, legend, minimap, editors and tips."""
