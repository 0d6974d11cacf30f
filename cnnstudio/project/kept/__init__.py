"""What can be done with the folders of runs: read their curves, note something, set them aside, go on from them."""
