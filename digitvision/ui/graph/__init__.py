"""Graphs of functions: shown, read off, copied and saved."""
