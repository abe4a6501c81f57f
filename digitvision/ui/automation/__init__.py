"""Drives the real window by itself: measurements of speed, the demonstration, the self-test."""
