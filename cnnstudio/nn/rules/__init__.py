"""What training follows: losses, optimizers and schedules."""
