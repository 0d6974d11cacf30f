"""What is worth a look in the pictures: the searches for it, and a card for each kind of what they found."""
