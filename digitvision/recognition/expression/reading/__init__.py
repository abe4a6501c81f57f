"""Strokes to a layout tree."""
