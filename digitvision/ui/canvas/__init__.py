"""The canvas: pen, eraser and selection, the painted ink, and the layers over it."""
