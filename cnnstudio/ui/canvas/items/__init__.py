"""What is painted on the canvas: cards, wires, frames and notes. Items show values and change nothing."""
