"""How it learns: data, networks and their training."""
