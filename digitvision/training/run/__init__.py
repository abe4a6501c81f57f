"""One training: its loop, checkpoint, control and log."""
