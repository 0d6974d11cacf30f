"""The window and its bars, menus, files and sheets: what puts all other parts together."""
