"""Array algorithms behind the layers. Each has a slow, obvious reference beside it."""
