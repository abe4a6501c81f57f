"""How a training is told to stop, to pause and to go on, from another thread."""

import threading
import time
from typing import Final

_POLL_S: Final = 0.05


class Stopped(Exception):
    """The training was asked to stop."""


class Control(threading.Event):
    """Set when the training is to end; may hold it up meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._going = threading.Event()
        self._going.set()

    @property
    def paused(self) -> bool:
        return not self._going.is_set()

    def pause(self) -> None:
        """Hold the training up at its next batch."""
        self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    def check(self) -> float:
        """Wait while paused; a stop ends a pause as well.

        Returns:
            Seconds waited.

        Raises:
            Stopped: The training is to end.
        """
        waited = 0.0
        if self.paused:
            began = time.monotonic()
            while not (self._going.wait(_POLL_S) or self.is_set()):
                continue
            waited = time.monotonic() - began
        if self.is_set():
            raise Stopped
        return waited
