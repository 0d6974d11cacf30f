"""Networks of other programs as designs with their weights: what all formats have in common."""
