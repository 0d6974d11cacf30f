"""What a layer says of one of its output cells: where it looks, and how its number comes about. Data, no drawing."""
