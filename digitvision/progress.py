"""How far a long piece of work is, on a terminal."""

import sys
import time
from typing import Final, TextIO

BAR_CELLS: Final = 24
_REDRAW_INTERVAL_S: Final = 0.1
_QUIET_FOR_S: Final = 0.5
"""Work that is done sooner needs no bar."""


class ProgressBar:
    """One line on a terminal that is drawn over and over; where the stream is none, nothing is written."""

    def __init__(self, task: str, stream: TextIO | None = None) -> None:
        self._task = task
        stream = stream if stream is not None else sys.stderr
        self._stream = stream if stream.isatty() else None
        self._started = time.monotonic()
        self._drawn = 0.0
        self._width = 0

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` things are done."""
        now = time.monotonic()
        if now - self._started < _QUIET_FOR_S or now - self._drawn < _REDRAW_INTERVAL_S:
            return
        self._drawn = now
        share = done / total if total else 1.0
        left = (now - self._started) / done * (total - done) if done else 0.0
        self.show(f"{self._task} {bar(share)} {share * 100:3.0f} %  {duration(left)} left")

    def show(self, text: str) -> None:
        """Put this text in the place of the line before."""
        if self._stream is not None:
            self._stream.write("\r" + text.ljust(self._width))
            self._stream.flush()
            self._width = len(text)

    def close(self) -> None:
        """Clear the line, so that what follows starts on a clean one."""
        if self._width:
            self.show("")
            self.show("\r")
            self._width = 0


def bar(share: float, cells: int = BAR_CELLS) -> str:
    """A bar of text that is filled by this share."""
    filled = round(min(max(share, 0.0), 1.0) * cells)
    return "█" * filled + "░" * (cells - filled)


def duration(seconds: float) -> str:
    """`75` as ``1:15``."""
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    return f"{minutes}:{rest:02}"
