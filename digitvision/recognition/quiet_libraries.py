"""Keep routine notices of libraries off the terminal."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LITERT_NOTICE: Final = re.compile(rb"INFO: Created TensorFlow Lite XNNPACK delegate for CPU\.")

_TENSORFLOW_NOTICE: Final = re.compile(
    # These lines come before TensorFlow reads TF_CPP_MIN_LOG_LEVEL, and only on some processors.
    rb"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR|"
    rb"I\d{4} \d\d:\d\d:\S+ +\d+ \w+\.cc:\d+\] .*|"
    # The second line of a two-line notice, and warnings about the converter's own output.
    rb"To enable the following instructions: .*|"
    rb"W\d{4} \d\d:\d\d:\S+ +\d+ \w*flatbuffer\w*\.cc:\d+\] (?:Ignored|Skipping) .*"
)
_QUANTIZER_NOTICE: Final = re.compile(rb"fully_quantize: \d.*")
_STANDARD_ERROR: Final = 2


@contextmanager
def without_litert_notice() -> Iterator[None]:
    """Suppress the one line that LiteRT writes when it loads its first model; all other output passes.

    This is for commands only, not for the window: nothing else in the process should write meanwhile.
    """
    with _without(_LITERT_NOTICE):
        yield


@contextmanager
def without_tensorflow_notices() -> Iterator[None]:
    """Suppress informational lines of TensorFlow's native code, at its import or later; all other output passes."""
    with _without(_TENSORFLOW_NOTICE):
        yield


@contextmanager
def without_quantizer_notice() -> Iterator[None]:
    """Suppress the one line that TensorFlow's quantizer always writes; all other output passes."""
    with _without(_QUANTIZER_NOTICE):
        yield


@contextmanager
def _without(notice: re.Pattern[bytes]) -> Iterator[None]:
    """Redirect the process's standard error meanwhile, as the libraries bypass Python, and write the rest after it."""
    try:
        original = os.dup(_STANDARD_ERROR)
    except OSError:
        # There is no standard error.
        yield
        return
    try:
        # Not a pipe: nobody reads it meanwhile, and writing to a full pipe blocks forever.
        captured = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError:
        os.close(original)
        yield
        return
    with captured:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(captured.fileno(), _STANDARD_ERROR)
        try:
            yield
        finally:
            os.dup2(original, _STANDARD_ERROR)
            os.close(original)
            captured.seek(0)
            lines = captured.read().splitlines(keepends=True)
            rest = b"".join(line for line in lines if not notice.fullmatch(line.rstrip()))
            if rest:
                os.write(_STANDARD_ERROR, rest)
