"""Looking into a network: every number of one image, its gradients, and what excites a filter."""
