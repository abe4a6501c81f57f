"""Trained networks become models on disk, and files for other programs."""
