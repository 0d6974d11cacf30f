"""A camera, or a film in its place: pictures collected by class, and what the network says to what it sees."""
