"""Images that are looked at, chosen from and drawn."""
