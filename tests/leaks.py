"""Finding threads, timers and child processes that a test has started and not stopped."""

import functools
import os
import subprocess
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QProcess, QThread, QThreadPool, QTimer
from shiboken6 import isValid

# How long a thread or child that was stopped may take to end.
GRACE_S = 3.0
_POLL_S = 0.01


class LeakWatch:
    """Records every QThread, QTimer, QProcess and Popen that Python code starts, and where; then says which still run.

    Python threads and, on Linux, child processes are counted by asking the interpreter and the system instead, so that
    those which a library starts are seen as well.
    """

    def __init__(self) -> None:
        # Weak, so that the watch lengthens no object's life.
        self._started: list[tuple[weakref.ref[Any], str]] = []
        self._threads_before = set(threading.enumerate())
        self._children_before = _children()

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record starts while the block runs."""
        methods = ((QThread, "start"), (QTimer, "start"), (QProcess, "start"), (subprocess.Popen, "__init__"))
        originals = [(owner, name, getattr(owner, name)) for owner, name in methods]
        for owner, name, original in originals:
            setattr(owner, name, self._recorder(original))
        try:
            yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)

    def left(self, *, grace_s: float = GRACE_S) -> list[str]:
        """Return a sentence for everything that still runs, after waiting for what is about to end."""
        deadline = time.monotonic() + grace_s
        while (found := self._running()) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return found

    def _recorder(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def start(this: Any, *args: Any, **kwargs: Any) -> Any:
            caller = traceback.extract_stack(limit=2)[0]
            self._started.append((weakref.ref(this), f"{caller.filename}:{caller.lineno}"))
            return original(this, *args, **kwargs)

        return start

    def _running(self) -> list[str]:
        if QCoreApplication.instance() is not None:
            # What was given to deleteLater() is as good as gone, but only an event loop would really delete it.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        alive = [(thing, position) for reference, position in self._started if (thing := reference()) is not None]
        found = {f"{type(thing).__name__} started at {position}" for thing, position in alive if _is_running(thing)}
        threads = set(threading.enumerate()) - self._threads_before
        found |= {f"thread “{thread.name}”" for thread in threads if not _is_foreign(thread)}
        found |= {f"child process {child}" for child in _children() - self._children_before}
        if QThreadPool.globalInstance().activeThreadCount():
            found.add("a job in the global QThreadPool")
        return sorted(found)


def _is_foreign(thread: threading.Thread) -> bool:
    """Whether this object represents a foreign thread that asked for its name once; it outlives that thread."""
    return isinstance(thread, threading._DummyThread)


def _is_running(thing: Any) -> bool:
    if isinstance(thing, subprocess.Popen):
        # A constructor that failed leaves an object without a process.
        return getattr(thing, "pid", None) is not None and thing.poll() is None
    if not isValid(thing):
        return False
    if isinstance(thing, QTimer):
        return thing.isActive()
    if isinstance(thing, QThread):
        return thing.isRunning()
    return bool(thing.state() != QProcess.ProcessState.NotRunning)


def _children() -> set[str]:
    """Return the ids of this process's living children, if the system lists them."""
    try:
        tasks = os.listdir("/proc/self/task")
    except OSError:
        return set()
    return {child for task in tasks for child in _listed(task) if not _has_ended(child)}


def _listed(task: str) -> list[str]:
    # Not by way of `Path`: each test asks twice, and TensorFlow has dozens of threads.
    try:
        with open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            return file.read().split()
    except OSError:  # the thread has just ended
        return []


def _has_ended(process: str) -> bool:
    try:
        state = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"
