"""How equations are learned: data, augmentation, the two networks, their training."""
