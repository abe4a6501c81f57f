"""Measuring how well lines are read."""
