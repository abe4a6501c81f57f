"""Labelled glyphs and datasets from files, and the parts that are held out."""
