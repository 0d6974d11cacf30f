"""The command line: templates, new, check, compare, train, evaluate and export. It never imports Qt."""
