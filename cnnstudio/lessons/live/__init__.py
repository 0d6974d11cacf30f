"""What lessons compute on the learner's own network."""
