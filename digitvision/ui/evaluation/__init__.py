"""The page How well it reads: measured figures, the confusion matrix, mistakes."""
