"""Reading a journal: everything up to the first line that is damaged."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QImage

from digitvision.faults import Fault
from digitvision.files import FileFault, reason
from digitvision.ui.journal.drawing_state import DrawingState, KeptPicture
from digitvision.ui.journal.records import FORM, HEADER, VERSION, DamagedRecord, RecordChain, change_between, changed

LARGEST: Final = 512 * 2**20
"""Size in bytes from which a journal is not read on."""

_HEAD: Final = re.compile(rb"%s (\d{1,9})\n" % FORM.encode())


class JournalFault(Fault):
    """A journal that holds nothing readable."""


class NewerJournal(JournalFault):
    """A journal that a newer version of the program has written."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a journal holds.

    Attributes:
        name: The journal's name, without folder and suffix.
        state: The drawing.
        time: When the last line was written, in seconds since 1970; 0 if no line says so.
        size: Length in bytes of the part that could be read.
        damaged: Whether something follows that could not be read.
        chain: Makes the line that follows the readable part.
        picture_file: Name of the file of the picture that covers the drawing; empty without one.
        salvaged: Whether the drawing holds more than the readable part, found behind the damage.
    """

    name: str
    state: DrawingState
    time: float
    size: int
    damaged: bool
    chain: RecordChain
    picture_file: str
    salvaged: bool = False

    @property
    def length(self) -> int:
        """How long a journal of this state alone would be, in bytes."""
        return len(whole_journal(self.state, self.time, self.picture_file)[0])


def read_journal(path: Path) -> Kept:
    """Read a journal up to the first line that is damaged.

    Raises:
        FileFault: The file cannot be read.
        NewerJournal: A newer version of the program wrote it.
        JournalFault: Nothing in it can be read.
    """
    state, chain, size, time, picture = DrawingState(), RecordChain(), 0, 0.0, ("", "")
    if path.exists() and not path.is_file():
        raise FileFault(f"“{path}” cannot be read: it is no file.")
    try:
        with open(path, "rb") as file:
            _check_header(file.readline(len(HEADER) + 16), path)
            size = len(HEADER)
            while size < LARGEST and (line := file.readline(LARGEST)):
                before = chain.copy()
                try:
                    record = chain.record_of(line)
                    state = changed(state, record)
                    picture = picture_of(record, picture, path.stem)
                except DamagedRecord:
                    chain = before
                    break
                size += len(line)
                moment = record.get("time")
                time = float(moment) if isinstance(moment, int | float) else time
            damaged = file.seek(0, 2) > size
    except OSError as error:
        raise FileFault(f"“{path}” cannot be read: {reason(error)}.") from error
    file_name, name = picture
    if file_name:
        place = path.with_name(file_name)
        image = QImage(str(place)) if place.is_file() else QImage()
        state = replace(state, picture=None if image.isNull() else KeptPicture(image, name))
    return Kept(path.stem, state, time, size, damaged, chain, file_name if state.picture is not None else "")


def whole_journal(state: DrawingState, time: float, picture_file: str) -> tuple[bytes, RecordChain]:
    """Return a journal that holds one state, and the chain that goes on from there.

    Args:
        state: The drawing.
        time: The moment that it is from, in seconds since 1970.
        picture_file: Name of the file of the picture that covers it; empty without one.
    """
    chain = RecordChain()
    record = {"time": time, **change_between(DrawingState(), state)}
    if state.picture is not None and picture_file:
        record["picture"] = {"file": picture_file, "name": state.picture.name}
    return HEADER + chain.line_of(record), chain


def _check_header(head: bytes, path: Path) -> None:
    match = _HEAD.fullmatch(head)
    if match is None:
        raise JournalFault(f"“{path.name}” is no journal of a drawing, or it is damaged.")
    if int(match[1]) > VERSION:
        raise NewerJournal(f"A newer DigitVision wrote “{path.name}”, so only that one can read it.")


def picture_of(record: dict[str, Any], before: tuple[str, str], journal: str) -> tuple[str, str]:
    """Return the name of the picture's file and its name on screen, after a record; both empty without a picture.

    Raises:
        DamagedRecord: The record names no picture of this journal.
    """
    if "picture" not in record:
        return before
    picture = record["picture"]
    if picture is None:
        return "", ""
    try:
        file_name, name = picture["file"], picture["name"]
        # A journal may not name a file elsewhere.
        if not re.fullmatch(rf"{re.escape(journal)}-\d{{1,9}}\.png", file_name) or not isinstance(name, str):
            raise DamagedRecord("the picture's file has another name")
    except (KeyError, TypeError) as error:
        raise DamagedRecord("the picture is something else") from error
    return file_name, name
