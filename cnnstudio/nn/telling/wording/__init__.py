"""The words for what the engine tells as data: why shapes do not fit, and where a layer's numbers come from."""
