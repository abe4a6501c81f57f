"""What another program's file held comes back from a journal: marks, what is kept, and the looks of strokes."""

from dataclasses import replace

import pytest

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.foreign.brushes import Brush, Kind
from digitvision.ink.foreign.marks import ForeignContent, Mark
from digitvision.ink.stroke import Drawing, PenLook, Stroke
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.records import DamagedRecord, change_between, changed

_STROKE = Stroke.of([(1, 2), (3, 4)])
_BRUSH = Brush("digitvision-mark-0", (("width", "9", ""), ("color", "#ffff00", ""), ("transparency", "127", "")))
_FOREIGN = ForeignContent(
    (Mark(_STROKE, _BRUSH, Kind.HIGHLIGHTER, 9.0),), '<annotation type="writer">Ada</annotation>\n'
)
_STATE = DrawingState(
    Drawing((Stroke(_STROKE.points, PenLook("#ff0000", 2.0)), _STROKE)), settings=DrawingSettings(foreign=_FOREIGN)
)


def test_foreign_content_and_looks_come_back() -> None:
    back = changed(DrawingState(), change_between(DrawingState(), _STATE))

    assert back.drawing == _STATE.drawing
    assert back.settings == _STATE.settings


def test_a_change_of_the_view_neither_writes_foreign_content_again_nor_loses_it() -> None:
    moved = replace(_STATE, settings=replace(_STATE.settings, view=View(2.0, 0.0, 0.0)))
    record = change_between(_STATE, moved)

    assert "foreign" not in record
    assert changed(_STATE, record).settings == moved.settings


@pytest.mark.parametrize("text", ["", "<ink", 5, "<html/>"])
def test_damaged_foreign_content_is_a_damaged_record(text: object) -> None:
    record = change_between(DrawingState(), _STATE) | {"foreign": text}

    with pytest.raises(DamagedRecord):
        changed(DrawingState(), record)
