"""Ink that is selected: the selection itself, its frame, and the tool that makes, moves, scales and turns it."""
