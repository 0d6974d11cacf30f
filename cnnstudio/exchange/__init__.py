"""Networks in the formats of other programs: written with a proof that they compute the same, and read."""
