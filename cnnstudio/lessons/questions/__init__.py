"""Questions with freshly drawn numbers, answered by the engine."""
