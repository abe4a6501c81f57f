"""Progress of a long task on a terminal."""

import sys
import time
from typing import Final, TextIO

BAR_CELLS: Final = 24
_REDRAW_INTERVAL_S: Final = 0.1
_QUIET_FOR_S: Final = 0.5
"""Seconds before a bar appears: shorter tasks need none."""


class ProgressBar:
    """A progress bar in one line of a terminal. If the stream is no terminal, nothing is written."""

    def __init__(self, task: str, stream: TextIO | None = None) -> None:
        self._task = task
        stream = stream if stream is not None else sys.stderr
        self._stream = stream if stream.isatty() else None
        self._started = time.monotonic()
        self._drawn = 0.0
        self._width = 0

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` items are done."""
        now = time.monotonic()
        if now - self._started < _QUIET_FOR_S or now - self._drawn < _REDRAW_INTERVAL_S:
            return
        self._drawn = now
        share = done / total if total else 1.0
        left = (now - self._started) / done * (total - done) if done else 0.0
        self.show(f"{self._task} {bar(share)} {share * 100:3.0f} %  {duration(left)} left")

    def show(self, text: str) -> None:
        """Replace the line by this text."""
        if self._stream is not None:
            self._stream.write("\r" + text.ljust(self._width))
            self._stream.flush()
            self._width = len(text)

    def close(self) -> None:
        """Clear the line, so that the next output starts on an empty one."""
        if self._width:
            self.show("")
            self.show("\r")
            self._width = 0


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """Return a bar of block characters.

    Args:
        share: The filled share, 0 to 1.
        cells: Number of characters.
    """
    filled = round(min(max(share, 0.0), 1.0) * cells)
    return "█" * filled + "░" * (cells - filled)


def duration(seconds: float) -> str:
    """Format seconds as minutes and seconds: 75 as ``1:15``."""
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    return f"{minutes}:{rest:02}"
