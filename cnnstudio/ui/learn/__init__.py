"""The Learn workspace: lessons beside the real canvas."""
