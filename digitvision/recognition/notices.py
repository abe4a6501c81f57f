"""Keeps LiteRT's notice off the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_NOTICE: Final = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU."
_STANDARD_ERROR: Final = 2
_AT_ONCE: Final = 2**16


@contextmanager
def without_litert_notice() -> Iterator[None]:
    """Leave out the one line that LiteRT writes when it loads its first model; all else comes through.

    LiteRT writes past Python, so the process's standard error is caught for the while. For processes that do nothing
    else meanwhile: a command, not the window.
    """
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:
        # There is no standard error to keep clean.
        yield
        return
    reading, writing = os.pipe()
    if sys.stderr is not None:
        sys.stderr.flush()
    os.dup2(writing, _STANDARD_ERROR)
    os.close(writing)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
        # The other end is closed by now, so that an empty pipe does not make this wait.
        written = os.read(reading, _AT_ONCE)
        os.close(reading)
        rest = b"".join(line for line in written.splitlines(keepends=True) if line.rstrip() != _NOTICE)
        if rest:
            os.write(_STANDARD_ERROR, rest)
