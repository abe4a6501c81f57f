"""The architectures that can be trained, each in its own file with its source."""
