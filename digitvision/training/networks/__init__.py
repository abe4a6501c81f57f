"""Neural networks: the architectures that can be trained, conversion, transfer, and networks from users' files."""
