"""The names of a journal's files, and the locks that show which window is alive.

A lock of Qt's holds the process's number, its program and the number of the system's start, so that a lock which a
crash or a power cut has left behind is known for what it is.
"""

import errno
import hashlib
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile

JOURNAL: Final = ".journal"
"""Suffix of the journal of a drawing that is in a window, or was when the program ended."""

EARLIER: Final = ".earlier"
"""Suffix of the journal of a drawing that was closed."""

LOCK: Final = ".lock"
OPEN: Final = ".open"
"""Suffix of the locks that show which window has which file open."""


def lock_of(folder: Path, name: str) -> QLockFile:
    """Lock a journal, as a sign that its window is alive.

    Raises:
        OSError: It cannot be locked; `FileExistsError` where a living window has it.
    """
    lock = _lock(folder / (name + LOCK))
    if not lock.tryLock(0):
        # On a full disk Qt cannot remove the lock of a program that has ended, and takes it for a living one's.
        if lock.error() == QLockFile.LockError.LockFailedError and _is_alive(folder / (name + LOCK)):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        # Qt does not say why; writing to the folder oneself does.
        trial = folder / f"{name}.trial"
        try:
            trial.write_bytes(bytes(4096))
        finally:
            trial.unlink(missing_ok=True)
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return lock


def try_lock(folder: Path, name: str) -> QLockFile | None:
    """Lock a journal whose window is gone; None where it is alive, or where the folder cannot be written."""
    lock = _lock(folder / (name + LOCK))
    return lock if lock.tryLock(0) else None


def mark_open(folder: Path, path: str, name: str) -> QLockFile | None:
    """Show that the window with this journal has a drawing's file open; None where that cannot be shown.

    Args:
        folder: The folder of the journals.
        path: The drawing's file.
        name: The journal's name.
    """
    lock = _lock(folder / f"{_of_file(path)}-{name}{OPEN}")
    return lock if lock.tryLock(0) else None


def is_open_elsewhere(folder: Path, path: Path, name: str) -> bool:
    """Whether a living window has a drawing's file open, other than the one with this journal."""
    for found in folder.glob(f"{_of_file(str(path))}-*{OPEN}"):
        if found.stem.partition("-")[2] != name:
            lock = _lock(found)
            if not lock.tryLock(0):
                return True
            # Left behind by a crash; unlocking removes it.
            lock.unlock()
    return False


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path))
    # A window may be open for days.
    lock.setStaleLockTime(0)
    return lock


def _is_alive(path: Path) -> bool:
    """Whether the process that a lock's file names still runs; on Windows always, because Qt knows better there."""
    if os.name == "nt":
        return True
    try:
        os.kill(int(path.read_text(encoding="utf-8").split("\n")[0]), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError):
        return True
    return True


def _of_file(path: str) -> str:
    """Return a short name of a file that is the same for every way to write its path."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:16]
