"""Learning to find percent signs."""
