"""Reading lessons that anybody may have written, strictly."""
