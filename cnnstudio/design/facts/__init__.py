"""What is known of each layer without running it: shapes, costs, receptive fields, memory."""
