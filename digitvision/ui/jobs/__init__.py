"""Work beside the window: a thread for files, child processes."""
