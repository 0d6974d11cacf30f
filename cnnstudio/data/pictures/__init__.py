"""Pictures in files: one read as the images of a data set are, and whether all of it is there."""
