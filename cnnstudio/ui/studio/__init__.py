"""What one document's face is made of: the services its parts share, and how parts declare themselves."""
