"""Where something comes to lie: grids, drop places, and what moves along."""
