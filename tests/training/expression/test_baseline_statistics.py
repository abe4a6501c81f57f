"""Positions of symbols in their rows, measured for rows of any size and position."""

import numpy as np
import pytest

from digitvision.training.expression.baseline_statistics import (
    BaselineStatistics,
    baseline_statistics_of,
    table_of_baseline_statistics,
)
from tests.training.expression.rows import ENDS, row_of

ROWS = [
    row_of("1 a p 2 + 1"),
    row_of("x 1 P - 2", digit=3, line=-7),
    row_of("P p a x X", digit=21, line=400),
    row_of("1 2 p X", digit=0.5, line=0),
]
WRITTEN = {symbol.label for row in ROWS for symbol in row.tree.symbols}


def test_positions_of_symbols_are_measured_in_rows_of_any_size_and_position() -> None:
    found = baseline_statistics_of(ROWS * 8)

    assert found.keys() == WRITTEN
    for label in WRITTEN:
        top, bottom = ENDS[label]
        assert (found[label].top, found[label].bottom) == pytest.approx((top, bottom), abs=0.1), label
    # Digits are the measure, taken together.
    assert np.mean([found[digit].top for digit in "12"]) == pytest.approx(1, abs=0.05)
    assert np.mean([found[digit].bottom for digit in "12"]) == pytest.approx(0, abs=0.05)


def test_a_row_that_is_written_otherwise_changes_little() -> None:
    odd = row_of("1 a x")
    odd.points[1] -= 30
    plain, found = baseline_statistics_of(ROWS * 8), baseline_statistics_of([*ROWS * 8, odd])

    for label in WRITTEN:
        assert tuple(found[label]) == pytest.approx(tuple(plain[label]), abs=0.05), label


def test_rows_of_signs_and_rare_labels_are_left_out() -> None:
    assert baseline_statistics_of([]) == {}
    assert baseline_statistics_of([row_of("+ - 1")] * 20) == {}
    assert baseline_statistics_of([row_of("1 a")] * 7) == {}
    assert baseline_statistics_of([row_of("1 a")] * 8).keys() == {"1", "a"}


def test_the_table_leaves_out_what_may_be_anywhere() -> None:
    lines = {
        "1": BaselineStatistics(1.0, 0.0, 0.1, 0.2),
        "-": BaselineStatistics(0.4, 0.3),
        ",": BaselineStatistics(0.1, -0.2),
    }

    table = table_of_baseline_statistics(lines, ("-", "1", "x", ","))

    assert table[1].tolist() == pytest.approx([1.0, 0.0, 0.1, 0.2])
    assert np.isnan(table[[0, 2, 3]]).all()
