"""Recognition off the window's thread: worker and client, the kinds of reading, and values."""
