"""How widgets are laid out, and emptied to be filled anew."""
