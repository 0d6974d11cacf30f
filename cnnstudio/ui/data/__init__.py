"""The Data workspace: every picture there is, by class and by what it is used for."""
