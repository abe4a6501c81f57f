"""Functions as points: their values, and gaps at poles and jumps and nowhere else."""

import numpy as np
import pytest

from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.plots import NotPlottableError, Plot, crossings, plot_of, values_at
from digitvision.recognition.expression.semantics.terms import Term
from tests.recognition.expression.trees import tree_of


def _term(latex: str) -> Term:
    statement = statement_of(tree_of(latex))
    assert statement is not None
    return statement.sides[0]


def _plot(latex: str) -> Plot:
    return plot_of(_term(latex), "x", "y")


def _gaps(plot: Plot) -> list[float]:
    """Return the positions of single points without a value between two with one."""
    missing = np.isnan(plot.y)
    return [
        float(plot.x[k]) for k in range(1, len(missing) - 1) if missing[k] and not (missing[k - 1] or missing[k + 1])
    ]


def test_values_are_those_of_numpy() -> None:
    x = np.linspace(0.1, 3, 50)

    y = values_at(_term(r"\sqrt{x} + \frac{\sin 2 x}{e^{x}} - | 1 - x |^{3} + \log_{2} x + \pi"), "x", x)

    np.testing.assert_allclose(
        y, np.sqrt(x) + np.sin(2 * x) / np.exp(x) - np.abs(1 - x) ** 3 + np.log2(x) + np.pi, rtol=1e-12
    )


def test_an_odd_root_of_a_negative_number_is_negative() -> None:
    np.testing.assert_allclose(values_at(_term(r"\sqrt[3]{x}"), "x", np.array([-8.0, 27.0])), [-2, 3])


@pytest.mark.parametrize(
    ("latex", "poles"),
    [
        (r"\frac{1}{x}", [0]),
        (r"\frac{1}{x - 1 . 2 3 4 5}", [1.2345]),
        (r"\frac{x}{( x - 2 ) ( x + 3 )}", [-3, 2]),
        (r"\tan x", [(k + 0.5) * np.pi for k in range(-3, 3)]),
        (r"\frac{x - 0 . 0 0 3}{| x - 0 . 0 0 3 |}", [0.003]),
    ],
)
def test_there_is_a_gap_at_each_pole_and_jump(latex: str, poles: list[float]) -> None:
    assert _gaps(_plot(latex)) == pytest.approx(poles, abs=1e-3)


@pytest.mark.parametrize("latex", ["x^{3} - 5 0 x", "e^{x}", r"1 0 \sin 5 x", "| x |", "2 x + 1", r"x \sin x^{2}"])
def test_a_continuous_function_has_no_gap(latex: str) -> None:
    assert not np.isnan(_plot(latex).y).any()


def test_there_are_no_points_where_a_function_has_no_value() -> None:
    plot = _plot(r"\sqrt{x}")

    assert np.isnan(plot.y[plot.x < 0]).all()
    assert np.isfinite(plot.y[plot.x >= 0]).all()


def test_the_range_grows_to_where_the_function_has_values() -> None:
    assert _plot(r"\sqrt{x}").x.max() == 10
    assert _plot(r"\sqrt{x - 5 0}").x.max() == 100


def test_a_pole_does_not_flatten_the_view() -> None:
    plot = _plot(r"\frac{1}{x}")

    assert -20 < plot.low < -0.5
    assert 0.5 < plot.high < 20
    assert (_plot("2").low, _plot("2").high) == (1, 3)


@pytest.mark.parametrize("latex", [r"\sqrt{- 1 - x^{2}}", "i x", "a x", "x !"])
def test_a_term_without_real_values_has_no_plot(latex: str) -> None:
    with pytest.raises(NotPlottableError):
        _plot(latex)


def test_crossings_are_found_and_poles_are_not_among_them() -> None:
    assert crossings(_term("x^{3} - 2 x"), "x") == pytest.approx([-np.sqrt(2), 0, np.sqrt(2)])
    assert crossings(_term(r"\frac{1}{x - 0 . 1 2 3}"), "x") == []
