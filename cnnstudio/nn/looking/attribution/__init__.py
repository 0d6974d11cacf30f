"""Where a network looked: how much each pixel, or each place of a map, has to do with the score of a class."""
