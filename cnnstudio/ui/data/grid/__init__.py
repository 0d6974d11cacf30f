"""The grid of the pictures: where each lies, the small pictures, and what hands do with them."""
