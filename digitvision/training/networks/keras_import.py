"""Importing Keras when it is needed, which takes seconds."""

import logging
import os
from typing import Any

from digitvision.recognition.quiet_libraries import without_tensorflow_notices


def import_keras() -> Any:
    """Import Keras with TensorFlow and silence their logs, which would mix with this program's JSON lines."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow warns when a network gets batches of two sizes, which is intended here.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with without_tensorflow_notices():
        import keras
    return keras
