"""How it is shown: the window and everything in it."""
