"""Pages for other programs: as LaTeX, Markdown, MathML, a table of values, and SVG."""
