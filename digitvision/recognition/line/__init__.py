"""Lines: strokes in a row to numbers, one-line arithmetic and words."""
