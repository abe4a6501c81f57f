"""Lines of handwriting brought to one size, slope and slant, and the pen's path along them."""
