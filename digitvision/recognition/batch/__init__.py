"""Reading many files."""
