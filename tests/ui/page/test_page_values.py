"""What rows come to: each row's value is told once it is known, and what was worked out before is known at once."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.page_rows import PageRow
from digitvision.recognition.prediction import Candidate, GlyphReading, Prediction, Reading, RowReading
from digitvision.ui.page.page_values import PageValues
from tests.recognition.calculation.pages import number_row, rule
from tests.recognition.expression.trees import tree_of
from tests.ui.windows import PATIENCE_MS

_NO_PREDICTION = Prediction((), np.zeros(0, np.float32))


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


def _placed(row: PageRow) -> RowReading:
    assert row.tree is not None
    text = "".join(symbol.label for symbol in row.tree.symbols)
    glyphs = tuple(
        GlyphReading((Candidate(symbol.label, symbol.label, 0.9),), symbol.strokes, box, _NO_PREDICTION)
        for symbol, box in zip(row.tree.symbols, row.boxes, strict=True)
    )
    return RowReading(Reading("equation", (Candidate(text, text, 0.9),), True, glyphs, tree=row.tree), (0,), row.box)


def _texts(values: PageValues, count: int) -> list[str]:
    found = (values.known(row) for row in range(count))
    return ["?" if one is None else "" if one.value is None else one.value.text for one in found]


def test_each_row_gets_its_value_and_names_carry_over(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("a = 3"), _row(""), _row("b = a ^ { 2 } + 1"), _row("b ="), _row("1+2")])
    assert values.known(0) is None
    assert not values.idle
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 5) == ["", "", "b = 10", "10", "3"]


def test_a_page_of_arithmetic_is_told_once(values: PageValues, qtbot: QtBot) -> None:
    told: list[str] = []
    values.found.connect(lambda: told.append("".join(_texts(values, 2))))

    values.show([_row("1+2"), _row("3 \\times 4")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert told == ["312"]


def test_what_hangs_on_a_row_follows_it(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("a = 3"), _row("a+1=")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    values.show([_row("a = 5"), _row("a+1=")])
    assert _texts(values, 2)[1] == "4", "the old value stays until there is a new one"
    assert not values.is_current(1)
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 2)[1] == "6"
    assert values.is_current(1)


def test_only_what_hangs_on_a_row_that_changes_is_old(values: PageValues, qtbot: QtBot) -> None:
    rest = [_row("b = a + 1"), _row("b+1="), _row("2+2="), _row("c = 7"), _row("c+1=")]
    values.show([_row("a = 3"), *rest])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)
    assert all(values.is_current(row) for row in range(6))

    values.show([_row("a = 5"), *rest])
    assert [row for row in range(6) if not values.is_current(row)] == [0, 1, 2]
    values.drop_old()
    assert _texts(values, 6) == ["?", "?", "?", "4", "", "8"]
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 6) == ["", "b = 6", "7", "4", "", "8"]
    assert all(values.is_current(row) for row in range(6))


def test_what_takes_longer_than_arithmetic_stays_old_until_it_is_worked_out(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("a = 4"), _row("x^{2}=a")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)
    before = _texts(values, 2)[1]
    told: list[tuple[str, bool]] = []
    values.found.connect(lambda: told.append((_texts(values, 2)[1], values.is_current(1))))

    values.show([_row("a = 9"), _row("x^{2}=a")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    after = told[-1][0]
    assert after not in (before, "?")
    assert set(told) == {(before, False), (after, True)}


def test_the_sum_of_a_column_is_old_once_one_of_its_numbers_changes(values: PageValues, qtbot: QtBot) -> None:
    def page(first: str) -> list[RowReading]:
        numbers = [number_row(latex, right=300, top=60 * at) for at, latex in enumerate((first, "30"))]
        return [_placed(row) for row in (*numbers, rule(100, 310, 120))]

    values.show(page("12"))
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)
    assert _texts(values, 3)[2] == "42"

    values.show(page("15"))
    assert [row for row in range(3) if not values.is_current(row)] == [0, 2]
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 3)[2] == "45"


def test_rows_that_are_written_alike_keep_each_their_own_value(values: PageValues, qtbot: QtBot) -> None:
    rows = [_row("a = 1"), _row("a+3="), _row("a = 2"), _row("a+3=")]
    values.show(rows)
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    values.show(rows)

    assert [_texts(values, 4)[row] for row in (1, 3)] == ["4", "5"]


def test_a_page_that_is_replaced_while_it_is_worked_out_tells_nothing_more(values: PageValues, qtbot: QtBot) -> None:
    values.show([_row("1+2"), _row("3+4")])
    values.show([_row("5+6")])
    qtbot.waitUntil(lambda: values.idle, timeout=PATIENCE_MS)

    assert _texts(values, 1) == ["11"]
    values.show([])
    assert values.idle
