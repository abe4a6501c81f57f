"""What the rows of a page come to: names that carry over, sums under a rule, units."""
