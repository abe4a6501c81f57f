"""Baselines and sizes of rows, and how well symbols fit into them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.baselines import fit_baselines, fit_of_readings

USUAL = np.array(
    [[1.0, 0.0, 0.1, 0.1], [0.5, 0.0, 0.1, 0.1], [0.6, -0.4, 0.1, 0.1], [np.nan] * 4],
    np.float32,
)
"""Tops, bottoms and deviations of a capital, a small letter, a descending one, and a symbol that may be anywhere."""

CAPITAL, SMALL, HANGING, ANYTHING = range(4)


def _ends(classes: list[int], *, size: float = 10.0, line: float = 50.0) -> NDArray[np.float64]:
    """The y of the classes' tops and bottoms on a page whose y grows downwards."""
    return line - size * USUAL[classes, :2].astype(np.float64)


@pytest.mark.parametrize(("size", "line"), [(10.0, 50.0), (0.3, -2.0)])
def test_a_row_s_baseline_and_size_are_found_despite_an_outlier(size: float, line: float) -> None:
    classes = [CAPITAL, SMALL, SMALL, HANGING, CAPITAL, SMALL]
    usual = USUAL[classes].astype(np.float64)
    ends = _ends(classes, size=size, line=line)
    ends[2] -= 3 * size
    two = np.array([0] * len(classes) + [1] * 3, np.intp)
    other = _ends([CAPITAL, CAPITAL, SMALL], size=2 * size)
    expected = np.concatenate([usual, USUAL[[CAPITAL, CAPITAL, SMALL]].astype(np.float64)])

    found = fit_baselines(np.concatenate([ends, other]), expected[:, :2], expected[:, 2:], two, 2)

    assert found.size.tolist() == pytest.approx([size, 2 * size], rel=0.05)
    assert found.line[0] == pytest.approx(line, abs=0.05 * size)
    assert np.abs(found.off[[0, 1, 3, 4, 5]]).max() < 1
    assert found.off[2] == pytest.approx([30, 30], abs=3)


def test_the_reading_that_suits_the_rest_of_the_row_fits_best() -> None:
    ends = _ends([SMALL, CAPITAL, CAPITAL, SMALL])
    readings = [[SMALL, CAPITAL, CAPITAL, SMALL], [CAPITAL] * 4, [SMALL, HANGING, CAPITAL, SMALL]]

    fits = fit_of_readings(USUAL, readings, [ends] * 3, [np.zeros(4, np.intp)] * 3)

    assert fits[0] > fits[1] + 1
    assert fits[0] > fits[2] + 1


def test_each_row_has_its_own_baseline() -> None:
    line = _ends([CAPITAL, SMALL])
    script = _ends([CAPITAL, SMALL], size=4, line=30)
    ends = np.concatenate([line, script])
    classes = [CAPITAL, SMALL] * 2
    apart, together = fit_of_readings(
        USUAL, [classes, classes], [ends, ends], [np.array([0, 0, 1, 1]), np.zeros(4, np.intp)]
    )
    assert apart > together + 1


def test_symbols_that_stand_alone_or_may_be_anywhere_change_nothing() -> None:
    ends = _ends([CAPITAL, SMALL])
    readings = [[CAPITAL, ANYTHING], [SMALL, ANYTHING], [ANYTHING, ANYTHING], [CAPITAL, SMALL]]
    rows = [np.zeros(2, np.intp)] * 3 + [np.array([0, 1])]

    assert fit_of_readings(USUAL, readings, [ends] * 4, rows).tolist() == [0.0] * 4


def test_a_row_that_is_upside_down_costs_something() -> None:
    classes = [CAPITAL, SMALL, HANGING]
    ends = _ends(classes)
    # Each symbol high where it should be low, and the whole page upside down.
    backwards, turned = ends[:, ::-1], -ends[:, ::-1]

    fits = fit_of_readings(USUAL, [classes] * 3, [ends, backwards, turned], [np.zeros(3, np.intp)] * 3)

    assert fits[0] > 0
    assert fits[1] == pytest.approx(-4)
    assert fits[2] < fits[0] - 4
