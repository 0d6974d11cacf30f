"""What excites a map or a unit most: patches of pictures, and patterns grown for it."""
