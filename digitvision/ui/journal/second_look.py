"""A second look at a damaged journal: records after the damage that are sound by themselves.

The check sum of a line goes on from that of the line before, which stands there in plain digits. So a line after a
damaged one can still be checked, although nobody knows what the damaged one said.
"""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtGui import QImage

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.journal.drawing_state import DrawingState, KeptPicture
from digitvision.ui.journal.journal_reader import LARGEST, Kept, picture_of, read_journal
from digitvision.ui.journal.records import DamagedRecord, RecordChain, changed

MOST_LOST: Final = 100_000
"""Lost strokes that a place is kept for."""

_CHECK_SUM: Final = re.compile(rb"[0-9a-f]{8} ")
_LOST: Final = Stroke.of([(0.0, 0.0)])
"""Stands for a stroke of a line that is lost, so that later lines find their places."""

_log = logging.getLogger(__name__)


def read_all(path: Path) -> Kept:
    """Read a journal, also what is sound after a damaged line; its strokes count as unsaved then.

    Returns:
        As `read_journal`, with `salvaged` set where something was found behind the damage. Its size and its chain are
        those of the part before, so it has to be written anew before it is gone on with.

    Raises:
        FileFault: The file cannot be read.
        NewerJournal: A newer version of the program wrote it.
        JournalFault: Nothing in it can be read.
    """
    kept = read_journal(path)
    if not kept.damaged:
        return kept
    state, time, picture_file = kept.state, kept.time, kept.picture_file
    picture = (picture_file, "" if state.picture is None else state.picture.name)
    found = False
    try:
        with open(path, "rb") as file:
            file.seek(kept.size)
            for record in _sound_records(iter(lambda: file.readline(LARGEST), b"")):
                try:
                    state = changed(_with_places(state, record), record)
                    picture = picture_of(record, picture, path.stem)
                except DamagedRecord as damage:
                    _log.warning("A record of “%s” was left out: %s", path.name, damage)
                    continue
                found = True
                moment = record.get("time")
                time = float(moment) if isinstance(moment, int | float) else time
    except OSError as error:
        _log.warning("“%s” could not be read on: %s", path.name, error)
    if not found:
        return kept
    if picture[0] != picture_file:
        picture_file = picture[0]
        image = QImage(str(path.with_name(picture_file))) if picture_file else QImage()
        state = replace(state, picture=None if image.isNull() else KeptPicture(image, picture[1]))
    state = _without_places(state)
    state = replace(state, modified=state.modified or bool(state.drawing))
    return replace(
        kept,
        state=state,
        time=time,
        salvaged=True,
        picture_file=picture_file if state.picture is not None else "",
    )


def _sound_records(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the records of lines whose check sum goes on from the digits of the line before."""
    before: int | None = None
    for line in lines:
        if before is not None:
            with contextlib.suppress(DamagedRecord):
                yield RecordChain(before).record_of(line)
        before = int(line[:8], 16) if _CHECK_SUM.match(line) else None


def _with_places(state: DrawingState, record: dict[str, Any]) -> DrawingState:
    """Return the state with a place for each lost stroke before those that a record changes."""
    try:
        missing = sum(map(int, record["splice"])) - len(state.drawing.strokes)
    except (KeyError, TypeError, ValueError):
        return state
    if not 0 < missing <= MOST_LOST:
        return state
    return replace(state, drawing=Drawing((*state.drawing.strokes, *(_LOST for _ in range(missing)))))


def _without_places(state: DrawingState) -> DrawingState:
    strokes = state.drawing.strokes
    if not any(stroke is _LOST for stroke in strokes):
        return state
    there = [index for index, stroke in enumerate(strokes) if stroke is not _LOST]
    new_indices = {index: new for new, index in enumerate(there)}
    drawing = Drawing(tuple(strokes[index] for index in there))
    corrections: Corrections = state.corrections.moved(new_indices)
    return replace(state, drawing=drawing, corrections=corrections)
