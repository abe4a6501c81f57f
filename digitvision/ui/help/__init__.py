"""The guide in a window of its own, with search, and the overview of all shortcuts."""
