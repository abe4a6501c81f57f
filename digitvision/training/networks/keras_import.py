"""Keras, imported when it is wanted: that takes seconds."""

import logging
import os
from typing import Any

from digitvision.recognition.quiet_libraries import without_tensorflow_notices


def import_keras() -> Any:
    """Keras on TensorFlow, kept quiet: what they log is of no use to the user and would break the JSON lines."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # It takes a network asked for batches of two sizes for a mistake.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with without_tensorflow_notices():
        import keras
    return keras
