"""Keep routine notices of libraries off the terminal."""

import os
import re
import sys
import tempfile
import threading
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
_CONVERTER_NOTICE: Final = re.compile(
    rb"fully_quantize: \d.*|"
    # No gradient is asked of a network that only answers.
    rb"WARNING:absl:Importing a function \(\w+\) with ops with unsaved custom gradients\..*|"
    # Pages on each operation that LiteRT does not know; the exception that follows says enough.
    rb"(?:loc\(|<unknown>:0: |error: failed while converting|error: .tf\.).*|Some ops are not supported .*|"
    rb"(?:TF Select|Flex|Custom) ops: .*|Details:|\ttf\..*|"
)
_STANDARD_ERROR: Final = 2


class _LitertNotice:
    """The line that LiteRT writes once in each process, at the first model: its package has no switch for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due = True

    @contextmanager
    def suppressed(self) -> Iterator[None]:
        # Of two threads that load at once the second waits, for the first has redirected the process's standard error.
        with self._lock:
            if not self._due:
                yield
                return
            with _without(_LITERT_NOTICE) as suppressed:
                yield
            # Some networks have nothing that the delegate takes over: then the line comes with a later one.
            self._due = not suppressed


_litert_notice = _LitertNotice()


@contextmanager
def without_litert_notice() -> Iterator[None]:
    """Suppress the one line that LiteRT writes when the process loads its first model; all other output passes.

    Only the first load redirects standard error, for some milliseconds. What other threads write meanwhile comes after.
    """
    with _litert_notice.suppressed():
        yield


@contextmanager
def without_tensorflow_notices() -> Iterator[None]:
    """Suppress informational lines of TensorFlow's native code, at its import or later; all other output passes."""
    with _without(_TENSORFLOW_NOTICE):
        yield


@contextmanager
def without_converter_notices() -> Iterator[None]:
    """Suppress what LiteRT's converter always writes, and its report when it fails; all other output passes."""
    with _without(_CONVERTER_NOTICE):
        yield


@contextmanager
def _without(notice: re.Pattern[bytes]) -> Iterator[list[bytes]]:
    """Redirect the process's standard error meanwhile, as the libraries bypass Python, and write the rest after it.

    Yields:
        The lines that were suppressed, which are known afterwards.
    """
    suppressed: list[bytes] = []
    try:
        original = os.dup(_STANDARD_ERROR)
    except OSError:
        # There is no standard error.
        yield suppressed
        return
    try:
        # Not a pipe: nobody reads it meanwhile, and writing to a full pipe blocks forever.
        captured = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError:
        os.close(original)
        yield suppressed
        return
    with captured:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(captured.fileno(), _STANDARD_ERROR)
        try:
            yield suppressed
        finally:
            os.dup2(original, _STANDARD_ERROR)
            os.close(original)
            captured.seek(0)
            lines = captured.read().splitlines(keepends=True)
            suppressed += [line for line in lines if notice.fullmatch(line.rstrip())]
            rest = b"".join(line for line in lines if not notice.fullmatch(line.rstrip()))
            if rest:
                os.write(_STANDARD_ERROR, rest)
