"""The Draw tab: joins canvas, answer and reading."""
