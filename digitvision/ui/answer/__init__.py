"""What was read, beside or below the canvas, and what may be copied of it."""
