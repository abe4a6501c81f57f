"""What was drawn: strokes, rasters, ink files and pictures."""
