"""What rows come to: each row's value is told once it is known, and what was worked out before is known at once."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.page.page_values import PageValues
from tests.recognition.expression.trees import tree_of
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def values(qapp: object, shared_values: None) -> Iterator[PageValues]:
    from PySide6.QtCore import QObject

    owner = QObject()
    made = PageValues(owner)
    yield made
    made.shut_down()


def _row(text: str) -> RowReading:
    if not text:
        return RowReading(Reading(""), (0,), Bounds(0, 0, 1, 1))
    return RowReading(Reading("equation", (Candidate(text, text, 0.9),), tree=tree_of(text)), (0,), Bounds(0, 0, 1, 1))


def _texts(values: PageValues, count: int) -> list[str]:
    found = (values.known(row) for row in range(count))
    return ["?" if one is None else "" if one[0] is None else one[0].text for one in found]


def test_each_row_gets_its_value(values: PageValues, qtbot: QtBot) -> None:
    told: list[int] = []
    values.found.connect(lambda row, _value, _sentence: told.append(row))

    values.show([_row("1+2"), _row(""), _row("4-4"), _row("1+2")], first=2)
    assert _texts(values, 4) == ["?", "", "?", "?"]
    assert not values.idle
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 4) == ["3", "", "0", "3"]
    assert told == [2, 0, 3], "the wanted one first, and equal ones together"


def test_a_row_that_comes_back_has_its_value_at_once(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("1+2")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)
    values.show([])

    values.show([_row("1+2")])

    assert values.idle
    assert _texts(values, 1) == ["3"]


def test_rows_that_go_while_their_values_are_worked_out_are_told_of_no_more(values: PageValues, qtbot: QtBot) -> None:
    told: list[int] = []
    values.found.connect(lambda row, _value, _sentence: told.append(row))

    values.show([_row("1+2"), _row("3+4")])
    values.show([_row("5+6")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 1) == ["11"]
    assert told == [0]
