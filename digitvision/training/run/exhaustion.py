"""Failures because the machine ran out of memory or of room on its disk."""

import errno
from typing import Literal

_TENSORFLOW_ERROR = "ResourceExhaustedError"


def what_ran_out(error: BaseException) -> Literal["memory", "disk"] | None:
    """Return what an error says the machine has run out of; None for an error of another kind."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError):
        return "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else None
    # TensorFlow has one error of its own for both.
    if type(error).__name__ != _TENSORFLOW_ERROR:
        return None
    return "disk" if "space left" in str(error) else "memory"
