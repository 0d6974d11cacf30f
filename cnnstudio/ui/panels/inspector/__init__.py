"""The inspector: settings of the selected layer, of several, or of the whole design."""
