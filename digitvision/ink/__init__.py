"""Ink, as it was drawn: strokes, rasters, ink files and pictures."""
