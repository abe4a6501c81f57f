"""One journal that is being written: each state of a drawing is appended, and on the disk when the call returns."""

import io
import logging
import os
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLockFile
from PySide6.QtGui import QImage, QImageWriter

from digitvision.files import FileFault, write_atomically
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_reader import Kept, whole_journal
from digitvision.ui.journal.locks import EARLIER, JOURNAL, lock_of, mark_open
from digitvision.ui.journal.records import HEADER, RecordChain, change_between

SHORTENED_FROM: Final = 2**18
"""Bytes that a journal has to have beyond its state alone before it is written anew."""

SHORTENED_AT: Final = 4
"""A journal is written anew when it is this many times as long as its state alone."""

_log = logging.getLogger(__name__)


class JournalFile:
    """Appends the states of one drawing to its journal; all calls come from one thread.

    After a failure the next call takes away what may have been half written, and tries again.
    """

    def __init__(self, folder: Path, name: str, *, kept: Kept | None = None, lock: QLockFile | None = None) -> None:
        """Begin a journal, or go on with one; nothing is written yet.

        Args:
            folder: The folder of the journals, which may not exist yet.
            name: The journal's name, without folder and suffix.
            kept: What it holds already; None for a new one.
            lock: The lock of a journal that is gone on with; None for a new one.
        """
        self._folder = folder
        self._name = name
        self._path = folder / (name + JOURNAL)
        self._lock = lock
        self._mark: QLockFile | None = None
        self._marked = ""
        self._file: io.FileIO | None = None
        self._state = DrawingState() if kept is None else kept.state
        self._chain = RecordChain() if kept is None else kept.chain
        self._size = 0 if kept is None else kept.size
        self._whole = 0
        """Length of the journal when it held one state alone; 0 while that is not known."""
        self._resumed = kept
        """What is gone on with, until its length is worked out: by the thread that writes, as it may take long."""
        self._picture_file = "" if kept is None else kept.picture_file
        self._pictures = _last_number(self._picture_file)

    @property
    def size(self) -> int:
        """Length of the journal in bytes; 0 before anything is written."""
        return self._size

    def write(self, state: DrawingState) -> None:
        """Write what has changed, so that neither a crash nor a power cut loses it.

        Raises:
            OSError: It could not be written, or the journal could not be locked.
            FileFault: A picture could not be written.
        """
        if not self._size and state.blank:
            return
        self._prepare()
        if self._resumed is not None:
            self._whole, self._resumed = self._resumed.length, None
        self._mark_file(state.path)
        record = change_between(self._state, state)
        if state.picture is not self._state.picture:
            self._picture_file = self._write_picture(state)
            name = "" if state.picture is None else state.picture.name
            record["picture"] = {"file": self._picture_file, "name": name} if self._picture_file else None
        if not record:
            return
        chain = self._chain.copy()
        line = chain.line_of({"time": round(time.time(), 3), **record})
        self._append(line if self._size else HEADER + line)
        self._chain, self._state = chain, state
        self._whole = self._whole or self._size
        if self._size > self._whole + SHORTENED_FROM and self._size > SHORTENED_AT * self._whole:
            self._shorten()

    def finish(self) -> None:
        """End the journal of a drawing that was closed: put it aside if something would be lost, or else delete it.

        Raises:
            OSError: The journal could not be put aside.
        """
        self._close()
        if self._size and self._state.worth_keeping:
            os.replace(self._path, self._folder / (self._name + EARLIER))
            sync_folder(self._folder)
        else:
            self._path.unlink(missing_ok=True)
            for picture in self._folder.glob(f"{self._name}-*.png"):
                picture.unlink(missing_ok=True)
        self.release()

    def hand_over(self) -> None:
        """Close the file, and leave the lock to whoever goes on with the journal."""
        self._close()
        if self._mark is not None:
            self._mark.unlock()
        self._mark = self._lock = None

    def release(self) -> None:
        """Close the file and give up the locks; the journal stays as it is."""
        self._close()
        for lock in (self._mark, self._lock):
            if lock is not None:
                lock.unlock()
        self._mark = self._lock = None

    def _prepare(self) -> None:
        """Lock the journal and open its file, so that it ends where the last line ended that is known to be whole."""
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock_of(self._folder, self._name)
        if self._file is not None and not _is_still_there(self._file, self._path):
            self._close()
        if self._file is not None:
            return
        if self._size and not self._path.exists():
            # Somebody has emptied the folder: all is written anew.
            self._size, self._whole, self._chain, self._state = 0, 0, RecordChain(), DrawingState()
            self._picture_file, self._resumed = "", None
            self._folder.mkdir(parents=True, exist_ok=True)
        self._file = open(self._path, "r+b" if self._size else "wb", buffering=0)  # noqa: SIM115 - open while drawn on
        if not self._size:
            sync_folder(self._folder)
        self._file.truncate(self._size)
        self._file.seek(self._size)

    def _append(self, data: bytes) -> None:
        assert self._file is not None
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            sync(self._file.fileno())
        except OSError:
            # Opened again by the next call, which takes away what may have been half written.
            self._close()
            raise
        self._size += len(data)

    def _shorten(self) -> None:
        """Write the state alone in place of the whole history; a failure leaves the journal as it was."""
        data, chain = whole_journal(self._state, round(time.time(), 3), self._picture_file)
        self._close()
        try:
            write_atomically(self._path, data)
        except FileFault as fault:
            _log.warning("A journal was not shortened: %s", fault)
            # Not with each stroke again.
            self._whole = self._size
        else:
            self._size, self._whole, self._chain = len(data), len(data), chain

    def _write_picture(self, state: DrawingState) -> str:
        """Write the picture that covers the drawing, and return its file's name; empty without a picture."""
        if state.picture is None:
            return ""
        self._pictures += 1
        name = f"{self._name}-{self._pictures}.png"
        write_atomically(self._folder / name, _png(state.picture.image))
        return name

    def _mark_file(self, path: str) -> None:
        """Show other windows that this one has a drawing's file open."""
        if path != self._marked:
            if self._mark is not None:
                self._mark.unlock()
            self._mark = mark_open(self._folder, path, self._name) if path else None
            self._marked = path

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def sync(descriptor: int) -> None:
    """Have an open file's data on the disk itself when this returns.

    Raises:
        OSError: The disk could not take them.
    """
    if sys.platform == "darwin":
        import fcntl

        # There, fsync leaves the data in the drive's own memory.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Have a folder's list of files on the disk; Windows does that by itself."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_still_there(file: io.FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except OSError:
        return False


def _last_number(picture_file: str) -> int:
    return int(picture_file.removesuffix(".png").rpartition("-")[2]) if picture_file else 0


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
