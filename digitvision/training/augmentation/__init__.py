"""Data augmentation: variations of handwriting, pictures of strokes, and junk."""
