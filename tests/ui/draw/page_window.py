"""A window that reads pages with a reader whose answers are known, and a hand that writes rows."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.page.page_recognizer import page_of
from digitvision.recognition.page.row_kind import with_doubted_word
from digitvision.recognition.prediction import PAGE, Reading, RowReading
from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.draw.page_answer import PageAnswer
from digitvision.ui.page import row_marks
from digitvision.ui.reading.reading_kinds import READINGS, Ink, Reader, ReadingKind
from digitvision.ui.window.main_window import MainWindow
from tests.ui.expressions import KnownReader, column
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS, WindowMaker

STEP: Final = 160.0
HEIGHT: Final = 90.0
"""From row to row, and of a row's strokes, in the drawing's unit."""


def strokes_of_row(place: int, count: int, *, first: int = 0) -> list[Stroke]:
    """Return upright strokes side by side in the row at this place, from 0."""
    top = 60.0 + STEP * place
    return [column(120.0 + 70.0 * number, top=top, bottom=top + HEIGHT) for number in range(first, first + count)]


@dataclass
class KnownPage:
    """Reads each row as what its script says, by the place where it stands; a new row at a time where wanted.

    Attributes:
        scripts: The classes of the strokes of each place, from the top.
        unsure: Places whose rows are not sure.
        slices: Whether a call reads one new row only.
        pause_s: Time in seconds that a call takes.
    """

    scripts: tuple[str, ...] = ("1+2=", "3+4=", "2-1=", "7+5=", "1+1=")
    unsure: frozenset[int] = frozenset()
    slices: bool = False
    pause_s: float = 0.0
    calls: int = 0
    _known: dict[tuple[int, ...], Reading] = field(default_factory=dict)

    def read(self, drawing: Drawing, corrections: Corrections) -> Reading:
        self.calls += 1
        time.sleep(self.pause_s)
        modes = dict(corrections.rows)
        groups = [sorted(row) for row in modes]
        pinned = {stroke for group in groups for stroke in group}
        places: dict[int, list[int]] = {}
        for index, stroke in enumerate(drawing.strokes):
            if index not in pinned:
                places.setdefault(int(stroke.bounds.top // STEP), []).append(index)
        rows, may_read = [], True
        for group in sorted([*groups, *places.values()], key=lambda one: _box(drawing, one).top):
            key = tuple(id(drawing.strokes[index]) for index in group)
            known = not self.slices or key in self._known
            if known or may_read:
                may_read = may_read and known
                own = self._row(drawing, group, corrections, modes.get(frozenset(group), ""))
                self._known[key] = own
            else:
                own = Reading("")
            rows.append(RowReading(own, tuple(group), _box(drawing, group)))
        return page_of(rows, 1.0)

    def _row(self, drawing: Drawing, group: list[int], corrections: Corrections, mode: str) -> Reading:
        box = _box(drawing, group)
        place = int(box.top // STEP)
        script, sure = self.scripts[place % len(self.scripts)], place not in self.unsure
        reader = KnownReader(script, mode=mode or "equation", sure=sure, confidence=0.95 if sure else 0.3)
        own = Drawing(tuple(drawing.strokes[index] for index in group))
        reading = reader.read(own, corrections.within(group), "")
        reading = reading if mode else with_doubted_word(reading)

        def moved(tree: LayoutTree) -> LayoutTree:
            symbols = (Symbol(one.label, tuple(group[index] for index in one.strokes)) for one in tree.symbols)
            return LayoutTree(tuple(symbols), tree.relations)

        glyphs = (replace(one, strokes=tuple(group[index] for index in one.strokes)) for one in reading.glyphs)
        trees = tuple(map(moved, reading.trees))
        return replace(reading, glyphs=tuple(glyphs), tree=trees[0], trees=trees)

    def kind(self) -> ReadingKind:
        """Return the kind of reading that reads with it."""

        def model_of(store: ModelStore, _name: str) -> Model:
            return store.find("digits")

        def load(_store: ModelStore, _name: str) -> Reader:
            def read(ink: Ink, corrections: Corrections, _alphabet: str) -> Reading:
                assert isinstance(ink, Drawing)
                return self.read(ink, corrections)

            return read

        return ReadingKind(PAGE, "F9", alphabets=False, rows=True, model_of=model_of, load=load)


def _box(drawing: Drawing, strokes: list[int]) -> Bounds:
    boxes = np.array([drawing.strokes[index].bounds for index in strokes])
    return Bounds(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())


class PageWindow:
    """The window, its reader, and a hand that writes."""

    def __init__(self, make: WindowMaker, reader: KnownPage, qtbot: QtBot, asked_for: str) -> None:
        self.reader = reader
        self.qtbot = qtbot
        self.window: MainWindow = make(reading=asked_for)

    @property
    def answer(self) -> PageAnswer:
        return self.window.draw_tab.page

    @property
    def texts(self) -> list[str]:
        """What the list shows of each row: what was read, and what it comes to."""
        return [f"{item.text} {item.value_text}".strip() for item in self.answer.panel.rows.items]

    @property
    def chosen(self) -> str:
        """What the chosen row was read as; empty for none."""
        item = self.answer.panel.rows.item
        return "" if item is None else item.text

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.settled, timeout=PATIENCE_MS)

    def write(self, place: int, count: int = 4, *, first: int = 0) -> None:
        """Write strokes of the row at this place, and wait for the answer."""
        write(self.window.draw_tab.canvas, *strokes_of_row(place, count, first=first))
        self.settle()

    def put(self, *counts: int) -> None:
        """Show a drawing with rows of these numbers of strokes, and wait for the answer."""
        strokes = [one for place, count in enumerate(counts) for one in strokes_of_row(place, count)]
        self.window.document.open(Drawing(tuple(strokes)), None, native=True)
        self.settle()

    def click_row(self, place: int) -> None:
        """Click on the row at this place of the list."""
        rows = self.answer.panel.rows
        rectangle = rows.visualRect(rows.model().index(place, 0))
        self.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rectangle.center())


@pytest.fixture
def hands_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke, labels and marks can be clicked on at once."""
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    monkeypatch.setattr(row_marks, "WRITING_S", 0.0)


PageMaker = Callable[..., PageWindow]


def page_maker(make: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> PageMaker:
    """Return a function that makes such windows; its arguments are those of the reader, and the reading."""

    def made(*, asked_for: str = PAGE, **arguments: Any) -> PageWindow:
        reader = KnownPage(**arguments)
        monkeypatch.setitem(READINGS, PAGE, reader.kind())
        return PageWindow(make, reader, qtbot, asked_for)

    return made
