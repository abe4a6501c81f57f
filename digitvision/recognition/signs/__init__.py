"""Signs that the networks for expressions do not know: percent and degree signs, and those that are typed."""
