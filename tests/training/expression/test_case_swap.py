"""Letters in their other case: as high and as low as that case is written."""

import numpy as np
import pytest

from digitvision.recognition.expression.reading.stroke_features import Points
from digitvision.training.expression.baseline_statistics import BaselineStatistics
from digitvision.training.expression.case_swap import with_other_case
from digitvision.training.expression.corpus import Expression
from tests.training.expression.rows import ENDS, row_of

LINES = {label: BaselineStatistics(*ends) for label, ends in ENDS.items()}
KNOWN = frozenset(LINES)


@pytest.fixture
def samples() -> dict[str, list[Points]]:
    cross = np.stack([np.linspace((0, 0), (1, 2), 32), np.linspace((0, 2), (1, 0), 32)])
    return {"X": [cross], "P": [np.linspace((0, 0), (1, 2), 32)[None]]}


def _ends(expression: Expression, index: int) -> tuple[float, float]:
    heights = expression.points[list(expression.tree.symbols[index].strokes)][..., 1]
    return float(heights.min()), float(heights.max())


def test_a_letter_changes_its_case_wherever_it_stands(samples: dict[str, list[Points]]) -> None:
    given = row_of("x 1 x a")
    found = with_other_case(given, samples, LINES, KNOWN, np.random.default_rng(1))
    assert found.tree.latex == "X 1 X a"
    assert found.tree.relations == given.tree.relations
    # A cross of two strokes stands where one stroke was.
    assert [len(symbol.strokes) for symbol in found.tree.symbols] == [2, 1, 2, 1]
    owned = [stroke for symbol in found.tree.symbols for stroke in symbol.strokes]
    assert owned == list(range(6))
    for index in (0, 2):
        top, bottom = _ends(found, index)
        assert bottom == pytest.approx(50)
        assert bottom - top == pytest.approx(10, rel=0.35)
    for before, after in ((1, 1), (3, 3)):
        assert _ends(found, after) == _ends(given, before)


def test_a_letter_that_hangs_below_the_line_stands_on_it_as_a_capital(samples: dict[str, list[Points]]) -> None:
    given = row_of("p 1 2")
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
    digits, letters = row_of("1 2 a"), row_of("x 1 2")
    assert with_other_case(digits, samples, LINES, KNOWN, generator) is digits
    assert with_other_case(letters, {}, LINES, KNOWN, generator) is letters
    # A class that the model has not may not be written either.
    assert with_other_case(letters, samples, LINES, KNOWN - {"X"}, generator) is letters
