"""Words and lines of handwriting, printed or cursive, read as a whole by one network."""
