"""To choose one of some: from a list that is searched, or side by side."""
