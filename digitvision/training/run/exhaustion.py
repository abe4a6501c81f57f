"""Whether something failed because the machine ran out of memory or of room on its disk."""

import errno
from typing import Literal

_OF_TENSORFLOW = "ResourceExhaustedError"


def what_ran_out(error: BaseException) -> Literal["memory", "disk"] | None:
    """None where it failed for another reason. TensorFlow has one error of its own for both."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError):
        return "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else None
    if type(error).__name__ != _OF_TENSORFLOW:
        return None
    return "disk" if "space left" in str(error) else "memory"
