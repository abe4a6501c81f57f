"""Rows: which strokes of a page are written side by side."""
