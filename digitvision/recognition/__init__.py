"""Recognition, the meaning of ink: models, predictions and readings."""
