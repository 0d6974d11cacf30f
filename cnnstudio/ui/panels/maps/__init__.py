"""The maps panel: what the selected layer makes of the sample image."""
