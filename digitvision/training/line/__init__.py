"""Evaluation of the reading of lines."""
