"""Importing Keras when it is needed, which takes seconds."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from digitvision.recognition.quiet_libraries import without_tensorflow_notices

_WRAPPED: Final = "sklearn"


def import_keras() -> Any:
    """Import Keras with TensorFlow and silence their logs, which would mix with this program's JSON lines."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow warns when a network gets batches of two sizes, which is intended here.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with without_tensorflow_notices(), _without_wrappers():
        import keras
    return keras


@contextmanager
def _without_wrappers() -> Iterator[None]:
    """Have Keras do without its wrappers for scikit-learn: where that is installed, a sixth of the import is for them.

    Whoever wants scikit-learn itself can import it before and after.
    """
    if _WRAPPED in sys.modules:
        yield
        return
    # Python takes a module that is None for one that is not installed.
    sys.modules[_WRAPPED] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_WRAPPED]
