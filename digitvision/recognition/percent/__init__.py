"""Percent signs among the strokes of a line or an equation."""
