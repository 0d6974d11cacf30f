"""What it would take: the smallest changes found that make a network answer otherwise."""
