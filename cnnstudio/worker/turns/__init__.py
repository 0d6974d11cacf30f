"""The one loop that all workers are, and the policies that say what comes next in it. QtCore only."""
