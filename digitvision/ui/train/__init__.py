"""The Train tab and its Transfer page."""
