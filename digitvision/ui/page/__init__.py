"""A page in the window: the list of its rows, their marks beside the ink, and their values."""
