"""What is on the canvas, its undo stack, its files."""
