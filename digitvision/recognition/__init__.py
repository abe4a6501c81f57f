"""What it means: models, predictions and readings."""
