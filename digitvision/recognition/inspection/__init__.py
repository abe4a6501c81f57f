"""Looking into a network: activations, features, filters, what its layers cost."""
