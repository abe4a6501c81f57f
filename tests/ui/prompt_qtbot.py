"""A `qtbot` that wastes less time where it waits."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from pytestqt.qtbot import QtBot


class PromptQtBot(QtBot):
    """Looks at what it waits for after one millisecond, then less and less often, and at last every ten.

    pytest-qt's own waits ten at once. Most of what tests wait for is there before that: a thread's answer, a timer of
    no time, a repaint. A test that makes a window waits three times, and there are a thousand of them.
    """

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self._pauses: Iterator[int] | None = None

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = 5000) -> None:
        """Process events until the callback returns True, or None without an assertion that fails.

        Raises:
            TimeoutError: It has not done so within this time, in milliseconds.
        """
        outer, self._pauses = self._pauses, itertools.chain((1, 1, 2, 4), itertools.repeat(10))
        try:
            super().waitUntil(callback, timeout=timeout)
        finally:
            self._pauses = outer

    def wait(self, ms: int) -> None:
        """Process events for a time in milliseconds; while it waits for a callback, for the next of its pauses."""
        super().wait(ms if self._pauses is None else next(self._pauses))
