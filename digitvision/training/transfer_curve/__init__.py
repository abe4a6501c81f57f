"""Measuring what a base model is worth to a training that begins with it."""
