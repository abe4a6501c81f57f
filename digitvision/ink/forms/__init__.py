"""Forms that people write into: combs, boxes, dividers and margin bars, told from writing and taken out of the ink."""
