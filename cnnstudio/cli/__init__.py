"""The command line: templates, new, check, train and evaluate. It never imports Qt."""
