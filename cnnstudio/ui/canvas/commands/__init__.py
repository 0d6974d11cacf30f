"""What keys and menus do on the canvas."""
