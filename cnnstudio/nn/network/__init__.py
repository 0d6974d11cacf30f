"""A compiled network: its plan, its buffers, its shares and the processes that compute them."""
