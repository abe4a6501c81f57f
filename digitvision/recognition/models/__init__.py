"""Models on disk and their model cards."""
