"""Work beside the window: a thread for files, and child processes."""
