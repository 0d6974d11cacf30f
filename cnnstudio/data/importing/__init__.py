"""How pictures in files become a data set: what there is, what it means, how each is made to fit, where it is kept."""
