"""Pages: rows of equations, numbers and words, found and read."""
