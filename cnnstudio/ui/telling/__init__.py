"""Everything the user is told: notices, help of menus, terms that explain themselves."""
