"""The list of rows: a row that changes is painted alone, and the list is laid out anew where its height changes."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.page.row_list import RowList
from tests.ui.pictures import PaintedRegion


def _items(texts: Sequence[str], sentences: Sequence[str] = ()) -> list[RowItem]:
    items = []
    for key, text in enumerate(texts):
        row = RowReading(Reading("equation", (Candidate(text, text, 0.9),)), (key,), Bounds(0, 0, 1, 1))
        sentence = sentences[key] if key < len(sentences) else ""
        items.append(RowItem(key, row, sentence=sentence, complete=True))
    return items


def _shown(qtbot: QtBot, texts: Sequence[str]) -> RowList:
    rows = RowList()
    qtbot.addWidget(rows)
    rows.resize(300, 200)
    rows.show_rows(_items(texts), key=0)
    rows.show()
    qtbot.waitExposed(rows)
    qtbot.wait(50)
    return rows


def test_a_row_that_changes_is_painted_alone(qtbot: QtBot) -> None:
    rows = _shown(qtbot, ("1", "2", "3", "4"))
    painted = PaintedRegion()
    rows.viewport().installEventFilter(painted)

    rows.show_rows(_items(("1", "2", "7", "4")), key=0)
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    qtbot.wait(20)

    changed = rows.visualRect(rows.model().index(2, 0))
    assert painted.region.boundingRect() == changed


def test_the_rows_below_give_way_to_one_that_grows(qtbot: QtBot) -> None:
    rows = _shown(qtbot, ("1", "2", "3", "4"))
    before = [rows.visualRect(rows.model().index(place, 0)) for place in range(4)]

    rows.show_rows(_items(("1", "2", "3", "4"), ("", "Nothing can be divided by zero.")), key=0)
    qtbot.wait(50)

    after = [rows.visualRect(rows.model().index(place, 0)) for place in range(4)]
    grown = after[1].height() - before[1].height()
    assert grown > 0
    assert [now.top() - then.top() for now, then in zip(after, before, strict=True)] == [0, 0, grown, grown]

    rows.show_rows(_items(("0", "1", "2", "3", "4", "5", "6")), key=3)
    rows.show_rows(_items(("0", "1", "2", "3", "4", "5", "6"), [""] * 6 + ["It has no value."]), key=3)
    qtbot.wait(50)
    assert rows.visualRect(rows.model().index(6, 0)).height() > before[0].height()
    edges = [rows.visualRect(rows.model().index(place, 0)) for place in range(7)]
    # The list is as long as its rows, and scrolls to the end of the last one.
    assert rows.verticalScrollBar().maximum() == max(edges[-1].bottom() + 1 - rows.viewport().height(), 0)
    assert all(upper.bottom() + 1 == lower.top() for upper, lower in pairwise(edges))


@pytest.mark.slow
def test_a_sentence_is_read_to_its_end(qtbot: QtBot) -> None:
    rows = _shown(qtbot, ("1", "2"))
    short, long = "It has none.", "e is Euler’s number, about 2.7183, and cannot be given another value."

    def height(sentence: str) -> int:
        rows.show_rows(_items(("1", "2"), (sentence,)), key=0)
        qtbot.wait(50)
        return rows.visualRect(rows.model().index(0, 0)).height()

    line = rows.fontMetrics().height() // 2
    narrow = height(long)
    assert narrow > height(short) + line
    rows.resize(900, 200)
    qtbot.wait(50)
    assert height(long) == height(short) < narrow
