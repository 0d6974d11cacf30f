"""What people can do: one table of it for menus, search, shortcuts and help."""
