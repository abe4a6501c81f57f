"""The canvas: pen, eraser, selection, painted ink, and what lies over the ink."""
