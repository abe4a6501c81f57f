"""Reading off the window's thread: the worker, its client, the kinds of readings, values."""
