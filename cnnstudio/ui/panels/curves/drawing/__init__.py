"""What a chart is painted of: its axes, other runs and what is written under its curves, and the curves themselves."""
