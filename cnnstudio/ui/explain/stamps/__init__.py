"""The film of a layer whose cells stamp their filters onto a larger volume."""
