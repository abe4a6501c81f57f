"""Pages of several rows: composed of real expressions, learned from, and measured."""
