"""How the network for words and lines of ink learns."""
