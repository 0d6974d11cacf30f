"""Networks as Keras 3 code: a folder with the model, its training and its weights, for any of Keras's backends."""
