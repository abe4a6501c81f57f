"""Equations: strokes to symbols to a layout tree to LaTeX, MathML and text."""
