"""Keeps what other people's code prints out of this program's own output."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

_STANDARD_OUTPUT: Final = 1
_STANDARD_ERROR: Final = 2


@contextmanager
def stdout_to_stderr() -> Iterator[TextIO]:
    """Send to standard error whatever is written to standard output meanwhile, also by libraries and past Python.

    Yields:
        The standard output itself, for this program's own words.
    """
    plain = sys.stdout
    plain.flush()
    try:
        kept = os.dup(_STANDARD_OUTPUT)
    except OSError:
        # There is no standard output, as in a program without a console.
        kept = None
    try:
        own: TextIO = plain
        if kept is not None:
            os.dup2(_STANDARD_ERROR, _STANDARD_OUTPUT)
            # A test's or a caller's stand-in for standard output is not what was moved.
            if plain is sys.__stdout__ and isinstance(plain, io.TextIOWrapper):
                own = open(kept, "w", encoding=plain.encoding, errors=plain.errors, closefd=False)  # noqa: SIM115
        sys.stdout = sys.stderr
        try:
            yield own
        finally:
            own.flush()
    finally:
        sys.stdout = plain
        if kept is not None:
            os.dup2(kept, _STANDARD_OUTPUT)
            os.close(kept)
