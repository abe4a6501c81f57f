"""A layout tree to LaTeX, MathML, Typst, text and a picture."""
