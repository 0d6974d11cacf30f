"""The Explain workspace: one layer of the user's own network, with the numbers of one image."""
