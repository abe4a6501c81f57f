"""The control of a training from another thread: stop, pause, and go on."""

import threading
import time
from typing import Final

_POLL_S: Final = 0.05


class Stopped(Exception):
    """The user has asked the training to stop."""


class Control(threading.Event):
    """Is set when the training is to end; may pause it before that."""

    def __init__(self) -> None:
        super().__init__()
        self._going = threading.Event()
        self._going.set()

    @property
    def paused(self) -> bool:
        """Whether the training waits at its next batch."""
        return not self._going.is_set()

    def pause(self) -> None:
        """Have the training wait at its next batch."""
        self._going.clear()

    def go_on(self) -> None:
        """End a pause."""
        self._going.set()

    def check(self) -> float:
        """Wait as long as the training is paused; a request to stop ends the pause as well.

        Returns:
            The number of seconds that it has waited.

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
