"""Waiting for a condition in the window while the event loop runs."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from digitvision.faults import Fault

CHECK_MS: Final = 5


class WaitFault(Fault):
    """A condition did not become true in time."""


def wait_until(condition: Callable[[], bool], *, limit_s: float, what: str) -> None:
    """Let the event loop run until a condition is true.

    Args:
        condition: Checked every few milliseconds.
        limit_s: Longest wait in seconds.
        what: Name of the condition in the error's message.

    Raises:
        WaitFault: The condition did not become true in time.
    """
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(CHECK_MS)
    end = time.monotonic() + limit_s
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start()
    if not condition():
        loop.exec()
    timer.stop()
    if not condition():
        raise WaitFault(f"Waited {limit_s:.0f} s for {what}, in vain.")


def let_run(duration_s: float) -> None:
    """Let the event loop run for this time."""
    loop = QEventLoop()
    QTimer.singleShot(int(duration_s * 1000), loop.quit)
    loop.exec()
