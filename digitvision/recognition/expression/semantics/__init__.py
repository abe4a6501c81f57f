"""A layout tree to terms, and terms to values."""
