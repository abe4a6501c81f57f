"""The folder of the journals: which drawings a crash has left, which were closed, and what is to go.

Besides the journals it holds a picture for each picture that covered a drawing, `NAME-1.png`, and copies of damaged
journals, `NAME.damaged`, which nobody but a person may want.
"""

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile

from digitvision.faults import Fault
from digitvision.files import FileFault, reason, write_atomically
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_file import JournalFile, sync_folder
from digitvision.ui.journal.journal_reader import JournalFault, Kept, NewerJournal, read_journal, whole_journal
from digitvision.ui.journal.locks import EARLIER, JOURNAL, LOCK, OPEN, lock_of, try_lock
from digitvision.ui.journal.second_look import read_all

DELETED: Final = ".deleted"
"""Suffix of an earlier drawing that was deleted, which can be undone for a while."""

CLOSED_NOTE: Final = "closed-unsaved"
"""Name of the file that names the drawing with which the last window was closed."""

DAMAGED: Final = ".damaged"
KEPT_S: Final = 28 * 24 * 3600.0
"""Seconds for which an earlier drawing is kept."""

UNDONE_S: Final = 3600.0
"""Seconds after which a deleted one is really gone."""

MOST_EARLIER: Final = 200
MOST_BYTES: Final = 100 * 2**20
"""Size of all earlier drawings together, beyond which the oldest go."""

MOST_ATTEMPTS: Final = 2
"""A drawing that ended the program this many times while it was brought back is left among the earlier ones."""

_log = logging.getLogger(__name__)


class TakenFault(Fault):
    """A drawing that another window has."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A journal that belongs to this window from now on.

    Attributes:
        kept: What it holds.
        lock: Its lock.
    """

    kept: Kept
    lock: QLockFile


@dataclass(frozen=True, slots=True)
class Left:
    """What windows that did not end in order have left behind.

    Attributes:
        names: Journals of drawings to bring back, newest first.
        set_aside: Number of drawings that ended the program before while they were brought back.
        newer: Number of journals that a newer version of the program has written.
        unreadable: Number of journals in which nothing could be read.
    """

    names: tuple[str, ...] = ()
    set_aside: int = 0
    newer: int = 0
    unreadable: int = 0


def new_name() -> str:
    """Return a name for a journal that no other has; names are in the order of time."""
    return f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"


def has_journals(folder: Path) -> bool:
    """Whether there is a journal of a window, alive or not."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(JOURNAL) and entry.is_file() for entry in entries)
    except OSError:
        return False


def left_behind(folder: Path) -> Left:
    """Find the drawings whose windows did not end in order; blank ones are deleted, and closed ones put aside."""
    found: list[tuple[float, str]] = []
    counts = {"set_aside": 0, "newer": 0, "unreadable": 0}
    lock: QLockFile | None
    for path in sorted(folder.glob(f"*{JOURNAL}")):
        if not path.is_file():
            # To read a pipe of this name would never end.
            continue
        try:
            lock = lock_of(folder, path.stem)
        except FileExistsError:
            continue
        except OSError as error:
            # Where nothing can be written, a drawing is better shown twice than not at all.
            _log.warning("A journal could not be locked: %s", error)
            lock = None
        try:
            kept = read_all(path)
            if kept.state.blank and kept.damaged and _is_more_than_zeros(path, kept.size):
                counts["unreadable"] += 1
                _log.warning("Nothing of the drawing in “%s” could be read.", path.name)
                _set_damaged(path)
            elif (not kept.damaged and kept.state.closed and not kept.state.worth_keeping) or kept.state.blank:
                _delete_files(folder, path.stem, JOURNAL)
            elif kept.state.closed or kept.state.attempts >= MOST_ATTEMPTS:
                counts["set_aside"] += not kept.state.closed
                set_aside(folder, path.stem)
            else:
                found.append((kept.time, path.stem))
        except NewerJournal:
            counts["newer"] += 1
        except JournalFault as fault:
            # A file that is empty, or of zeros, was just begun when the power went.
            if _is_more_than_zeros(path):
                counts["unreadable"] += 1
                _log.warning("%s", fault)
                _set_damaged(path)
            else:
                _delete_files(folder, path.stem, JOURNAL)
        except (FileFault, OSError) as error:
            counts["unreadable"] += 1
            _log.warning("%s", error)
        finally:
            if lock is not None:
                lock.unlock()
    return Left(tuple(name for _, name in sorted(found, reverse=True)), **counts)


def claim(folder: Path, name: str) -> Claim:
    """Take a drawing that was left behind or closed for this window; the attempt is noted in its journal.

    Raises:
        TakenFault: Another window has it, or it is gone.
        JournalFault: It cannot be read.
        FileFault: The folder cannot be written.
    """
    path, closed = folder / (name + JOURNAL), folder / (name + EARLIER)
    if not path.exists() and not closed.exists():
        raise TakenFault("This drawing is not kept any more.")
    try:
        lock = lock_of(folder, name)
    except FileExistsError as error:
        raise TakenFault("Another window shows this drawing already.") from error
    except OSError as error:
        raise FileFault(f"The drawing cannot be brought back: {reason(error)}.") from error
    try:
        if closed.exists():
            os.replace(closed, path)
        if not path.exists():
            raise TakenFault("This drawing is not kept any more.")
        kept = read_all(path)
        if kept.damaged:
            shutil.copyfile(path, path.with_suffix(DAMAGED))
        if kept.salvaged:
            write_atomically(path, whole_journal(kept.state, kept.time, kept.picture_file)[0])
            kept = replace(read_journal(path), damaged=True, salvaged=True)
        again = JournalFile(folder, name, kept=kept, lock=lock)
        again.write(replace(kept.state, attempts=kept.state.attempts + 1, closed=False))
        # The locks stay, and the writer of this window goes on with what is on the disk now.
        again.hand_over()
        again_kept = replace(read_journal(path), damaged=kept.damaged, salvaged=kept.salvaged, time=kept.time)
        return Claim(again_kept, lock)
    except OSError as error:
        lock.unlock()
        raise FileFault(f"The drawing cannot be brought back: {reason(error)}.") from error
    except Fault:
        lock.unlock()
        raise


def set_aside(folder: Path, name: str) -> None:
    """Put a drawing that was left behind among the earlier ones.

    Raises:
        OSError: It could not be renamed.
    """
    os.replace(folder / (name + JOURNAL), folder / (name + EARLIER))
    sync_folder(folder)


def leave(folder: Path, names: Sequence[str]) -> None:
    """Put drawings that were left behind among the earlier ones, unless another window has them."""
    for name in names:
        lock = try_lock(folder, name)
        if lock is not None:
            with contextlib.suppress(OSError):
                set_aside(folder, name)
            lock.unlock()


def note_closed_unsaved(folder: Path, name: str) -> None:
    """Note that a window was closed with a drawing that is not saved, so that the next one says where it is."""
    with contextlib.suppress(OSError):
        (folder / CLOSED_NOTE).write_text(name, encoding="utf-8")


def closed_unsaved(folder: Path) -> float:
    """Return when the last window was closed with a drawing that is not saved, in seconds since 1970; only once.

    Returns:
        0 where that was said already, or where the drawing is not there any more.
    """
    try:
        note = folder / CLOSED_NOTE
        if not note.is_file():
            return 0.0
        name = note.read_text(encoding="utf-8")
        note.unlink()
        return (folder / (Path(name).name + EARLIER)).stat().st_mtime
    except (OSError, ValueError):
        return 0.0


def keep_earlier(folder: Path, state: DrawingState) -> str:
    """Keep a drawing among the earlier ones that was in no window, such as a file that is about to be replaced.

    Raises:
        FileFault: It could not be written.

    Returns:
        Its name.
    """
    name = new_name()
    write_atomically(folder / (name + EARLIER), whole_journal(replace(state, closed=True), time.time(), "")[0])
    return name


def earlier_names(folder: Path) -> list[str]:
    """Return the names of the earlier drawings, the one that was closed last first."""
    return [path.stem for _, path in sorted(_with_times(folder, EARLIER), reverse=True)]


def read_earlier(folder: Path, name: str) -> Kept:
    """Read an earlier drawing.

    Raises:
        Fault: It is gone or cannot be read.
    """
    return read_all(folder / (name + EARLIER))


def read_unclaimed(folder: Path, name: str) -> Kept:
    """Read a drawing that was left behind or closed, where the folder cannot be written and so nothing be claimed.

    Raises:
        Fault: It is gone or cannot be read.
    """
    path = folder / (name + JOURNAL)
    return read_all(path if path.exists() else folder / (name + EARLIER))


def delete_earlier(folder: Path, name: str) -> None:
    """Delete an earlier drawing, so that `restore_earlier` can bring it back for a while.

    Raises:
        FileFault: It could not be renamed.
    """
    _rename(folder, name, EARLIER, DELETED)


def can_be_restored(folder: Path, name: str) -> bool:
    """Whether a drawing that was deleted can still be brought back."""
    return (folder / (name + DELETED)).exists()


def restore_earlier(folder: Path, name: str) -> None:
    """Undo `delete_earlier`.

    Raises:
        FileFault: It is gone.
    """
    _rename(folder, name, DELETED, EARLIER)


def tidy(folder: Path) -> None:
    """Delete the earlier drawings that are too old or too many, and what is left of others; failures are ignored."""
    now, total = time.time(), 0
    for number, (moment, path) in enumerate(sorted(_with_times(folder, EARLIER), reverse=True)):
        total += sum(_size(file) for file in (path, *folder.glob(f"{path.stem}-*.png")))
        if now - moment > KEPT_S or number >= MOST_EARLIER or total > MOST_BYTES:
            _delete_files(folder, path.stem, EARLIER)
    for suffix, limit in ((DELETED, UNDONE_S), (DAMAGED, KEPT_S), (".tmp", UNDONE_S)):
        for moment, path in _with_times(folder, suffix):
            if now - moment > limit:
                _delete_files(folder, path.stem, suffix)
    for path in folder.glob(f"*{OPEN}"):
        _remove_stale(path)
    for path in folder.glob(f"*{LOCK}"):
        if not path.with_suffix(JOURNAL).exists():
            _remove_stale(path)


def _remove_stale(path: Path) -> None:
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()


def _rename(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / (name + new)
    try:
        os.replace(folder / (name + old), path)
    except OSError as error:
        raise FileFault(f"That could not be done: {reason(error)}.") from error


def _delete_files(folder: Path, name: str, suffix: str) -> None:
    """Delete a journal or a copy of it, and its pictures where no other file of this name needs them."""
    with contextlib.suppress(OSError):
        (folder / (name + suffix)).unlink()
    if any((folder / (name + other)).exists() for other in (JOURNAL, EARLIER, DELETED, DAMAGED)):
        return
    for path in folder.glob(f"{name}-*.png"):
        with contextlib.suppress(OSError):
            path.unlink()


def _with_times(folder: Path, suffix: str) -> Iterator[tuple[float, Path]]:
    for path in folder.glob(f"*{suffix}"):
        with contextlib.suppress(OSError):
            if path.is_file():
                yield path.stat().st_mtime, path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_more_than_zeros(path: Path, start: int = 0) -> bool:
    with open(path, "rb") as file:
        file.seek(start)
        return bool(file.read(2**16).strip(b"\0"))


def _set_damaged(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.replace(path.with_suffix(DAMAGED))
