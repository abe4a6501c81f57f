"""Keeps what libraries say of themselves off the terminal."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LITERT_NOTICE: Final = re.compile(rb"INFO: Created TensorFlow Lite XNNPACK delegate for CPU\.")

_TENSORFLOW_NOTICE: Final = re.compile(
    # Written before TensorFlow reads TF_CPP_MIN_LOG_LEVEL, and only on some processors.
    rb"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR|"
    rb"I\d{4} \d\d:\d\d:\S+ +\d+ \w+\.cc:\d+\] .*|"
    # The rest of a notice of two lines, and what the converter warns of that is its own doing.
    rb"To enable the following instructions: .*|"
    rb"W\d{4} \d\d:\d\d:\S+ +\d+ \w*flatbuffer\w*\.cc:\d+\] (?:Ignored|Skipping) .*"
)
_QUANTIZER_NOTICE: Final = re.compile(rb"fully_quantize: \d.*")
_STANDARD_ERROR: Final = 2


@contextmanager
def without_litert_notice() -> Iterator[None]:
    """Leave out the one line that LiteRT writes when it loads its first model; all else comes through.

    For processes that do nothing else meanwhile: a command, not the window.
    """
    with _without(_LITERT_NOTICE):
        yield


@contextmanager
def without_tensorflow_notices() -> Iterator[None]:
    """Leave out what TensorFlow's native code tells for information, at its import or later; all else passes."""
    with _without(_TENSORFLOW_NOTICE):
        yield


@contextmanager
def without_quantizer_notice() -> Iterator[None]:
    """Leave out the one line that TensorFlow's quantizer always writes; all else comes through."""
    with _without(_QUANTIZER_NOTICE):
        yield


@contextmanager
def _without(notice: re.Pattern[bytes]) -> Iterator[None]:
    """The libraries write past Python, so the process's standard error is caught for the while."""
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:
        # There is no standard error to keep clean.
        yield
        return
    try:
        # Not a pipe: nobody reads meanwhile, and who writes into a full one waits for ever.
        caught = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError:
        os.close(kept)
        yield
        return
    with caught:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(caught.fileno(), _STANDARD_ERROR)
        try:
            yield
        finally:
            os.dup2(kept, _STANDARD_ERROR)
            os.close(kept)
            caught.seek(0)
            lines = caught.read().splitlines(keepends=True)
            rest = b"".join(line for line in lines if not notice.fullmatch(line.rstrip()))
            if rest:
                os.write(_STANDARD_ERROR, rest)
