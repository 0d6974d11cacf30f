"""Mean and spread of channels and of images, and numbers left out at random."""
