"""Ink as other programs write it: containers, units, transforms, brushes, and what is kept of their files."""
