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


def test_each_row_gets_its_value_and_names_carry_over(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("a = 3"), _row(""), _row("b = a ^ { 2 } + 1"), _row("b ="), _row("1+2")])
    assert values.known(0) is None
    assert not values.idle
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 5) == ["", "", "b = 10", "10", "3"]


def test_what_hangs_on_a_row_follows_it(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("a = 3"), _row("a+1=")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    values.show([_row("a = 5"), _row("a+1=")])
    assert _texts(values, 2)[1] == "4", "the old value stays until there is a new one"
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 2)[1] == "6"


def test_a_page_that_is_replaced_while_it_is_worked_out_tells_nothing_more(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("1+2"), _row("3+4")])
    values.show([_row("5+6")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 1) == ["11"]
    values.show([])
    assert values.idle
