"""Keeping the output of other people's code apart from this program's own."""

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
    """Send everything that is written to standard output meanwhile to standard error, also what native code writes.

    Yields:
        The standard output itself, for this program's own output.
    """
    plain = sys.stdout
    plain.flush()
    try:
        kept = os.dup(_STANDARD_OUTPUT)
    except OSError:
        # A program without a console has no standard output.
        kept = None
    try:
        own: TextIO = plain
        if kept is not None:
            os.dup2(_STANDARD_ERROR, _STANDARD_OUTPUT)
            # Where a caller has replaced sys.stdout, the replacement is used as it is.
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
            # What was written past the stand-in may be buffered still.
            plain.flush()
            os.dup2(kept, _STANDARD_OUTPUT)
            os.close(kept)
