"""Where cards and wires lie."""
