"""Letters in their other case: as high and as low as that case is written."""

import numpy as np
import pytest

from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.strokefeatures import Points
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.othercase import lines_of, with_other_case

ENDS = {"1": (1.0, 0.0), "2": (1.0, 0.0), "a": (0.5, 0.0), "x": (0.5, 0.0), "p": (0.5, -0.5), "P": (1.1, 0.0)}
"""Top and bottom over the line."""

LINES = {**ENDS, "X": (1.0, 0.0)}
KNOWN = frozenset(LINES)


def _row(labels: str, *, digit: float = 10.0, line: float = 50.0) -> Expression:
    """A row of diagonal strokes, its line at this height of the page, whose y grows downwards."""
    names = labels.split()
    strokes = []
    for place, name in enumerate(names):
        top, bottom = (line - digit * end for end in LINES[name])
        left = 2.0 * digit * place
        strokes.append(np.linspace((left, top), (left + digit, bottom), 32))
    symbols = tuple(Symbol(name, (place,)) for place, name in enumerate(names))
    relations: list[tuple[int, int, Relation]] = [(place, place + 1, "Right") for place in range(len(names) - 1)]
    return Expression(np.stack(strokes), LayoutTree(symbols, tuple(relations)), "ann")


@pytest.fixture
def samples() -> dict[str, list[Points]]:
    cross = np.stack([np.linspace((0, 0), (1, 2), 32), np.linspace((0, 2), (1, 0), 32)])
    return {"X": [cross], "P": [np.linspace((0, 0), (1, 2), 32)[None]]}


def _ends(expression: Expression, place: int) -> tuple[float, float]:
    heights = expression.points[list(expression.tree.symbols[place].strokes)][..., 1]
    return float(heights.min()), float(heights.max())


def test_where_letters_stand_is_measured_whatever_the_size_and_place_of_the_rows() -> None:
    rows = [_row("1 a p 2"), _row("x 1 P", digit=3, line=-7), _row("P p a x", digit=21, line=400), _row("1 2 p")]
    found = lines_of(rows)
    # The digits are the measure.
    assert found["1"] == pytest.approx((1, 0), abs=0.05)
    for label, ends in ENDS.items():
        assert found[label] == pytest.approx(ends, abs=0.1), label


def test_signs_and_short_rows_do_not_count() -> None:
    assert lines_of([_row("1 a")]) == {}


def test_a_letter_changes_its_case_wherever_it_stands(samples: dict[str, list[Points]]) -> None:
    given = _row("x 1 x a")
    found = with_other_case(given, samples, LINES, KNOWN, np.random.default_rng(1))
    assert found.tree.latex == "X 1 X a"
    assert found.tree.relations == given.tree.relations
    # A cross of two strokes stands where one stroke was.
    assert [len(symbol.strokes) for symbol in found.tree.symbols] == [2, 1, 2, 1]
    owned = [stroke for symbol in found.tree.symbols for stroke in symbol.strokes]
    assert owned == list(range(6))
    for place in (0, 2):
        top, bottom = _ends(found, place)
        assert bottom == pytest.approx(50)
        assert bottom - top == pytest.approx(10, rel=0.35)
    for before, after in ((1, 1), (3, 3)):
        assert _ends(found, after) == _ends(given, before)


def test_a_letter_that_hangs_below_the_line_stands_on_it_as_a_capital(samples: dict[str, list[Points]]) -> None:
    given = _row("p 1 2")
    assert _ends(given, 0) == (45, 55)
    tops = []
    for seed in range(20):
        found = with_other_case(given, samples, LINES, KNOWN, np.random.default_rng(seed))
        assert found.tree.latex == "P 1 2"
        top, bottom = _ends(found, 0)
        assert bottom == pytest.approx(50)
        tops.append(top)
    assert np.median(tops) == pytest.approx(39, abs=1)


def test_where_no_letter_has_another_case_to_be_written_with_nothing_changes(samples: dict[str, list[Points]]) -> None:
    generator = np.random.default_rng(1)
    digits, letters = _row("1 2 a"), _row("x 1 2")
    assert with_other_case(digits, samples, LINES, KNOWN, generator) is digits
    assert with_other_case(letters, {}, LINES, KNOWN, generator) is letters
    # A class that the model has not may not be written either.
    assert with_other_case(letters, samples, LINES, KNOWN - {"X"}, generator) is letters
