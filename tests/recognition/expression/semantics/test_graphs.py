"""Graphs of equations: both sides of one in one unknown, and what one of x and y says of y."""

import json

import numpy as np
import pytest

from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.solving import value_of_statement
from digitvision.recognition.expression.semantics.values import (
    NotAtOnceError,
    Value,
    value_at_once,
    value_from_data,
    value_to_data,
)
from tests.recognition.expression.trees import tree_of


def _value(latex: str) -> Value | None:
    statement = statement_of(tree_of(latex))
    assert statement is not None
    value = value_of_statement(statement)
    # As it comes from the child.
    return None if value is None else value_from_data(json.loads(json.dumps(value_to_data(value), allow_nan=False)))


def test_an_equation_shows_both_its_sides_around_its_solutions() -> None:
    value = _value("x^{2} = x + 2")

    assert value is not None
    assert value.text == "x = -1, x = 2"
    assert [plot.title for plot in value.plots] == ["x²", "x+2"]
    for plot in value.plots:
        assert plot.variable == "x"
        assert plot.x[0] < -1
        assert 2 < plot.x[-1] < 10
        assert plot.low < 1
        assert plot.high > 4


def test_sides_without_a_solution_are_shown_as_they_are() -> None:
    value = _value("x^{2} = - 1")

    assert value is not None
    assert value.text == "no real solution"
    assert [plot.title for plot in value.plots] == ["x²", "-1"]


@pytest.mark.parametrize(
    ("latex", "titles"),
    [
        ("x^{2} + y^{2} = 4", ["y = √(4-x²)", "y = -√(4-x²)"]),
        ("y^{2} = x", ["y = √(x)", "y = -√(x)"]),
        ("x + y = 3", ["y = 3-x"]),
        ("x y = 1", ["y = 1/x"]),
    ],
)
def test_an_equation_of_x_and_y_is_shown_by_its_solutions(latex: str, titles: list[str]) -> None:
    value = _value(latex)

    assert value is not None
    assert value.kind == "function"
    assert [plot.title for plot in value.plots] == titles
    left, right = value.plots[0].x[[0, -1]]
    for plot in value.plots:
        assert (plot.x[0], plot.x[-1]) == (left, right)
        assert np.isfinite(plot.y).any()


@pytest.mark.parametrize("latex", [r"\sin y = x", "y^{3} + y = x", "x^{2} + y^{2} = - 1", "a + b = 3", "x + y < 3"])
def test_what_cannot_be_said_of_y_has_no_graph(latex: str) -> None:
    assert _value(latex) is None


def test_an_equation_of_x_and_y_needs_the_algebra_system() -> None:
    statement = statement_of(tree_of("x + y = 3"))
    assert statement is not None
    with pytest.raises(NotAtOnceError):
        value_at_once(statement)
