"""The page Inside: feature maps, filters, nearest samples, the map of the classes."""
