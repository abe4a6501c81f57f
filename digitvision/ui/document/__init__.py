"""The content of the canvas, its undo stack and its files."""
