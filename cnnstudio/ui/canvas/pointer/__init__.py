"""At the pointer: what lies under it, the mark of it, and a few words beside it."""
