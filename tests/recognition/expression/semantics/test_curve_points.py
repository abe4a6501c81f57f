"""Marked points of graphs: those that there are, and no others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.expression.semantics.curve_points import MOST, fitted, marked_points
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.plots import Plot, plot_between, plot_of
from tests.recognition.expression.trees import tree_of


def _plot(latex: str) -> Plot:
    statement = statement_of(tree_of(latex))
    assert statement is not None
    return plot_of(statement.sides[0], "x", "y")


def _found(*plots: Plot) -> list[tuple[str, float, float]]:
    return [(point.kind, round(point.x, 4), round(point.y, 4) + 0.0) for point in marked_points(plots)]


@pytest.mark.parametrize(
    ("latex", "points"),
    [
        ("x^{2} - 4", [("zero", -2, 0), ("lowest", 0, -4), ("zero", 2, 0)]),
        ("x^{2}", [("zero", 0, 0), ("lowest", 0, 0)]),
        ("1 - | x |", [("zero", -1, 0), ("highest", 0, 1), ("zero", 1, 0)]),
        ("( x - 0 . 3 )^{2} + 1", [("lowest", 0.3, 1)]),
        ("x + 1", [("zero", -1, 0)]),
        (r"\sqrt{x - 1}", [("zero", 1, 0)]),
        ("x^{3}", [("zero", 0, 0)]),
        # Nothing is marked at poles, at jumps, and on a graph that is level.
        (r"\frac{1}{x}", []),
        (r"\frac{1}{x^{2}}", []),
        (r"\frac{x - 0 . 0 0 3}{| x - 0 . 0 0 3 |}", []),
        ("x - x", []),
        ("0 x + 3", []),
        (r"(\sin x)^{2} + (\cos x)^{2}", []),
        ("e^{x}", []),
    ],
)
def test_the_points_of_a_function(latex: str, points: list[tuple[str, float, float]]) -> None:
    assert sorted(_found(_plot(latex))) == sorted(points)


def test_every_pole_of_the_tangent_has_a_zero_beside_it() -> None:
    points = _found(_plot(r"\tan x"))

    assert [kind for kind, _, _ in points] == ["zero"] * 7
    np.testing.assert_allclose([x for _, x, _ in points], [k * np.pi for k in range(-3, 4)], atol=1e-3)


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("x^{2}", "x + 2", [(-1, 1), (2, 4)]),
        ("x^{2}", "0 x", [(0, 0)]),
        ("x", "x + 1", []),
        (r"\frac{1}{x}", "x", [(-1, -1), (1, 1)]),
        (r"\sqrt{4 - x^{2}}", r"- \sqrt{4 - x^{2}}", [(-2, 0), (2, 0)]),
    ],
)
def test_where_two_graphs_meet(one: str, other: str, points: list[tuple[float, float]]) -> None:
    found = _found(_plot(one), plot_between(_plot(other), -10, 10))

    assert [(x, y) for _, x, y in found] == points
    assert {kind for kind, _, _ in found} <= {"crossing"}


def test_of_too_many_points_none_is_marked() -> None:
    assert len(_found(_plot(r"\sin 3 x"))) > MOST
    assert _found(_plot(r"\sin 5 0 x")) == []


@pytest.mark.slow
@settings(max_examples=20)
@given(st.integers(-9, 9), st.integers(-9, 9))
def test_the_zeros_of_a_product_are_those_of_its_factors(first: int, second: int) -> None:
    def factor(root: int) -> str:
        sign, size = ("-", root) if root >= 0 else ("+", -root)
        return f"( x {sign} {size} )"

    points = _found(_plot(f"{factor(first)} {factor(second)}"))

    assert [x for kind, x, _ in points if kind == "zero"] == sorted({first, second})
    assert [x for kind, x, _ in points if kind == "lowest"] == [(first + second) / 2]


def test_the_view_is_fitted_to_a_few_points_and_holds_them() -> None:
    plot = fitted(_plot("x^{2} - 4"))
    assert (float(plot.x[0]), float(plot.x[-1])) == (-5, 5)
    # The steep branches are cut off, so that the points do not lie on one line.
    assert (plot.low, plot.high) == (-4, 12)
    for x, y in ((-2, 0), (0, -4), (2, 0)):
        assert plot.x[0] < x < plot.x[-1]
        assert plot.low <= y <= plot.high
    # Points on one level leave the view as high as the function is.
    assert fitted(_plot("| x |")).high == 5
    # Without points, and with many, it is the usual one.
    assert float(fitted(_plot(r"\frac{1}{x}")).x[-1]) == 10
    assert float(fitted(_plot(r"\sin 3 x")).x[-1]) == 10


def test_a_half_circle_ends_on_the_axis_and_is_shown_with_some_room() -> None:
    plot = _plot(r"\sqrt{1 - x^{2}}")
    known = np.flatnonzero(np.isfinite(plot.y))

    assert plot.y[known[0]] < 1e-4
    assert plot.y[known[-1]] < 1e-4
    assert plot.x[known[0]] == pytest.approx(-1, abs=1e-9)
    assert -2 < plot.x[0] < -1.2
