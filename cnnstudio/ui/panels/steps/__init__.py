"""What was done to a design, step by step."""
