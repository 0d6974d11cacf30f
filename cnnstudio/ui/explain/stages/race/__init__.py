"""Three networks trained against each other."""
