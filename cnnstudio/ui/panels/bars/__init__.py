"""The training bar, the recipe's fields in it, the data chip and the status bar."""
