"""The Evaluate workspace: how good the network is, what it takes for what, and why."""
