"""The project: a design, its weights and its run, and the .cnn file that holds them."""
