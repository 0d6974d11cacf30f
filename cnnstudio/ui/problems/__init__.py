"""What is wrong with a design, and its repairs: in a list, beside the card, as ghosts on the canvas."""
