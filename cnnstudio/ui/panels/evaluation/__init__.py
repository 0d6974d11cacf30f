"""The Test panel: what the network gets wrong, and pictures of one's own."""
