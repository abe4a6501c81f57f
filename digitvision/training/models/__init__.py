"""Saving trained networks as models, and exchanging models with other programs."""
