"""The answer beside or below the canvas, and the formats in which it is copied."""
