"""Values of expressions: arithmetic immediately, others by algebra, and both agree where both apply."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.solving import value_of_statement
from digitvision.recognition.expression.semantics.terms import Statement, Term, number
from digitvision.recognition.expression.semantics.value_faults import (
    DIVIDES_BY_ZERO,
    NO_VALUE,
    TOO_LARGE,
    ZERO_TO_ZERO,
    ValueFault,
)
from digitvision.recognition.expression.semantics.values import (
    NotAtOnceError,
    Value,
    decimal_of,
    value_at_once,
    value_from_data,
    value_to_data,
)
from tests.recognition.expression.trees import tree_of


def _stated(latex: str) -> Statement:
    statement = statement_of(tree_of(latex))
    assert statement is not None
    return statement


def _worked_out(latex: str) -> Value | None:
    statement = _stated(latex)
    with pytest.raises(NotAtOnceError):
        value_at_once(statement)
    return value_of_statement(statement)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"1 2 \times ( 7 + 3 ) =", "120"),
        (r"\frac{1}{3} + \frac{1}{4} =", "7/12 ≈ 0.5833"),
        (r"\frac{1}{4} + \frac{1}{4}", "1/2 = 0.5"),
        (r"1 \div 3 =", "≈ 0.3333"),
        (r"\frac{9}{5}", "1.8"),
        (r"\frac{1}{3}", "≈ 0.3333"),
        ("0 . 5 + 0 , 2 5 =", "0.75"),
        (r"0 . 1 \div 3 =", "≈ 0.03333"),
        ("2 - 5", "-3"),
        ("- 2^{2} =", "-4"),
        (r"\frac{2}{3}^{2}", "4/9 ≈ 0.4444"),
        ("5 ! - | - 3 |", "117"),
        ("1 0 0 0 !", "≈ 4.0239×10²⁵⁶⁷"),
        ("2^{1 0 0} =", "≈ 1.2677×10³⁰"),
        (r"2 \times 3 = 6", "true"),
        (r"\frac{1}{3} = 0 . 3", "true, rounded"),
        (r"2 \div 3 = 0 . 6 7", "true, rounded"),
        (r"2 \div 3 = 0 . 6 6", "false"),
        (r"- 1 \div 8 = - 0 . 1 3", "true, rounded"),
        (r"\frac{1}{3} \neq 0 . 3", "true"),
        (r"\frac{1}{3} = 0", "false"),
        (r"2 \lt 3 \leq 3", "true"),
        (r"2 \neq 2", "false"),
    ],
)
def test_arithmetic_is_computed_immediately(latex: str, text: str) -> None:
    value = value_at_once(_stated(latex))

    assert value is not None
    assert value.text == text
    assert value.kind == ("truth" if text.startswith(("true", "false")) else "number")


@pytest.mark.parametrize("latex", ["1 2 0 0 !", r"2^{1 3 9 9 9} =", r"\frac{1}{2^{1 3 9 9 9}} =", "9^{4 0 0 0} + 1"])
def test_the_largest_numbers_are_still_written(latex: str) -> None:
    value = value_at_once(_stated(latex))

    assert value is not None
    assert value.text.startswith("≈ ")
    assert value.exact is None


@pytest.mark.parametrize("latex", ["4 0 7", "- 3", "7 =", "x", "a + b", "a = b c", "x = y = 1"])
def test_expressions_without_an_expected_value_have_none(latex: str) -> None:
    assert value_at_once(_stated(latex)) is None


@pytest.mark.parametrize(
    ("latex", "sentence"),
    [
        (r"1 \div 0", DIVIDES_BY_ZERO),
        (r"\frac{1}{2 - 2}", DIVIDES_BY_ZERO),
        ("0^{0}", ZERO_TO_ZERO),
        ("0^{- 1}", DIVIDES_BY_ZERO),
        ("9^{9^{9}}", TOO_LARGE),
        ("9^{9^{9^{9^{9^{9}}}}}", TOO_LARGE),
        ("1 0 0 0 0 0 !", TOO_LARGE),
        ("1 9 0 0 !", TOO_LARGE),
        ("( ( 9 9 9 ! ) ! )", TOO_LARGE),
        (r"9 9 9 9^{9 9 9} \times 9 9 9 9^{9 9 9 9}", TOO_LARGE),
    ],
)
def test_arithmetic_without_a_value_is_reported_immediately(latex: str, sentence: str) -> None:
    with pytest.raises(ValueFault, match=sentence):
        value_at_once(_stated(latex))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("2 x + 1 = 5", "x = 2"),
        ("x^{2} - 2 x - 3 = 0", "x = -1, x = 3"),
        ("x^{2} = 2", "x = -√(2) ≈ -1.4142, x = √(2) ≈ 1.4142"),
        ("x^{2} = - 1", "no real solution"),
        ("x + x = 2 x", "true for every x"),
        ("3 x = 1", "x = 1/3 ≈ 0.3333"),
        ("0 . 5 x = 1 . 2", "x = 2.4"),
        (r"2 \log ( x - 3 ) = \log ( 5 - x )", "x = 4"),
        (r"\tan x = \frac{\sin x}{\cos x}", "true wherever both sides have a value"),
        ("y^{4} + y + 1 = 0", "no real solution"),
        ("x^{3} - 6 x^{2} + 1 1 x - 6 = 0", "x = 1, x = 2, x = 3"),
        ("x^{3} = 2", "x = ∛(2) ≈ 1.2599"),
        ("x^{5} - x - 1 = 0", "x ≈ 1.1673"),
        (r"\cos x = x", "x ≈ 0.7391 between -100 and 100"),
        (r"\tan x = 1", "x = πn+π/4 with any whole n"),
        ("x^{2} \\lt 4", "-2 < x < 2"),
        (r"x^{2} \geq 4", "x ≤ -2 or x ≥ 2"),
        (r"\sqrt{8} =", "2√(2) ≈ 2.8284"),
        (r"6 \sqrt{2}", "≈ 8.4853"),
        (r"6 + 3 \sqrt{3}", "≈ 11.1962"),
        (r"\sqrt{- 4} =", "2i"),
        (r"\sqrt[3]{- 8} =", "-2"),
        (r"\sin \frac{\pi}{6} =", "1/2 = 0.5"),
        (r"\log 1 0 0 =", "2"),
        (r"\pi \gt 3", "true"),
        (r"e^{i \pi} + 1 = 0", "true"),
        (r"\int_{0}^{1} x^{2} d x =", "1/3 ≈ 0.3333"),
        (r"\int x^{2} d x", "x³/3+C"),
        (r"\int \frac{d x}{x}", "ln(|x|)+C"),
        (r"\int_{0}^{1} x^{x} d x", "≈ 0.7834"),
        (r"\sum_{i = 1}^{n} i =", "(n(n+1))/2"),
        (r"\sum_{n = 1}^{\infty} \frac{1}{n^{2}}", "π²/6 ≈ 1.6449"),
        (r"\lim_{x \rightarrow 0} \frac{\sin x}{x}", "1"),
        (r"\lim_{x \rightarrow 0^{+}} \frac{1}{x}", "∞"),
        (r"\frac{d}{d x} x^{3}", "3x²"),
        (r"\frac{d ( x^{2} )}{d x}", "2x"),
        ("2 x + 3 x =", "5x"),
        ("2 ( x + 1 ) =", "2x+2"),
        (r"\frac{4 x}{2} =", "2x"),
        ("x + 1 1 - 1 =", "x+10"),
    ],
)
def test_algebra(latex: str, text: str) -> None:
    value = _worked_out(latex)

    assert value is not None
    assert value.text == text


@pytest.mark.parametrize("latex", ["x = 5", r"x \lt 5", r"x \neq 0", "x = e^{i}"])
def test_a_solution_that_is_written_already_is_not_repeated(latex: str) -> None:
    assert _worked_out(latex) is None


@pytest.mark.parametrize(
    "latex", [r"\frac{1}{2} + \frac{s}{4} =", r"\frac{1}{2} s + \frac{1}{4} =", "b + a =", "- x + 3 =", "x ( x + 1 ) ="]
)
def test_an_expression_in_another_order_is_no_answer(latex: str) -> None:
    assert _worked_out(latex) is None


def test_a_side_that_is_calculated_is_a_solution() -> None:
    value = _worked_out("x = 2 + 3")
    assert value is not None
    assert value.text == "x = 5"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("latex", "sentence"),
    [
        (r"\frac{1}{\sqrt{2} - \sqrt{2}}", DIVIDES_BY_ZERO),
        (r"\log 0", NO_VALUE),
        (r"\lim_{x \rightarrow 0} \frac{1}{x}", NO_VALUE),
        (r"\sqrt{2}^{9 9 9 9 9 9 9 9 9}", TOO_LARGE),
        (r"x^{1 0^{1 0}} = 1", TOO_LARGE),
        (r"\sum_{i = 1}^{1 9 0 0} i ! =", TOO_LARGE),
    ],
)
def test_algebra_without_a_value_is_reported(latex: str, sentence: str) -> None:
    with pytest.raises(ValueFault, match=sentence):
        _worked_out(latex)


@st.composite
def arithmetic(draw: st.DrawFn) -> Term:
    """Generate terms of small numbers."""
    numbers = st.integers(0, 40).map(number) | st.decimals(0, 9, places=1).map(
        lambda one: number(Fraction(one), str(one))
    )

    def larger(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        pairs = st.tuples(inner, inner)
        return (
            pairs.map(lambda parts: Term("sum", parts))
            | pairs.map(lambda parts: Term("product", parts))
            | pairs.map(lambda parts: Term("quotient", parts))
            | inner.map(lambda part: Term("negative", (part,)))
            | inner.map(lambda part: Term("absolute", (part,)))
            | st.tuples(inner, st.integers(-4, 4).map(number)).map(lambda parts: Term("power", parts))
        )

    return draw(st.recursive(numbers, larger, max_leaves=8))


@pytest.mark.slow
@given(arithmetic())
def test_algebra_and_arithmetic_agree(term: Term) -> None:
    import sympy

    try:
        exact = exact_value(term)
    except ValueFault:
        return
    assert exact is not None
    assert _by_sympy(term) == sympy.Rational(exact.numerator, exact.denominator)


def _by_sympy(term: Term) -> object:
    """Compute a term with Python's own arithmetic, as an oracle."""
    import sympy

    parts = [_by_sympy(part) for part in term.parts]
    builders = {
        "number": lambda: sympy.Rational(term.number.numerator, term.number.denominator),
        "sum": lambda: sympy.Add(*parts),
        "product": lambda: sympy.Mul(*parts),
        "quotient": lambda: parts[0] / parts[1],  # type: ignore[operator]
        "negative": lambda: -parts[0],  # type: ignore[operator]
        "absolute": lambda: sympy.Abs(parts[0]),
        "power": lambda: sympy.Pow(*parts),
    }
    return builders[term.kind]()


@pytest.mark.slow
@given(arithmetic())
def test_the_process_and_the_immediate_answer_agree(term: Term) -> None:
    statement = Statement((term,), asked=True)
    try:
        at_once = value_at_once(statement)
    except ValueFault:
        at_once = None
    # The test fails where too few terms are computed immediately.
    assume(at_once is not None)
    assert at_once is not None

    value = value_of_statement(statement)

    assert value is not None
    assert (value.text, value.latex, value.kind) == (at_once.text, at_once.latex, at_once.kind)


@pytest.mark.slow
@given(st.fractions())
def test_decimals_are_near_the_number(value: Fraction) -> None:
    text, ends = decimal_of(value)

    assert ends == (Fraction(text) == value)
    assert abs(Fraction(text) - value) <= max(abs(value) / 1000, Fraction(1, 10**12))


@pytest.mark.parametrize(
    ("latex", "name", "variable"),
    [
        ("y = x^{2}", "y", "x"),
        (r"f ( t ) = \sin t", "f(t)", "t"),
        ("x^{2} - 1", "y", "x"),
        ("f ( x ) = 2", "f(x)", "x"),
    ],
)
def test_a_function_can_be_drawn(latex: str, name: str, variable: str) -> None:
    value = value_at_once(_stated(latex))

    assert value is not None
    assert value.kind == "function"
    assert value.plots
    assert (value.plots[0].name, value.plots[0].variable) == (name, variable)
    assert value.plots[0].x.dtype == value.plots[0].y.dtype == np.float64
    assert value.plots[0].x.shape == value.plots[0].y.shape
    assert (np.diff(value.plots[0].x) > 0).all()


def test_a_function_that_algebra_finds_can_be_drawn() -> None:
    value = _worked_out(r"y = \frac{d}{d x} x^{3}")

    assert value is not None
    assert value.text == "y = 3x²"
    assert value.plots
    np.testing.assert_allclose(value.plots[0].y, 3 * value.plots[0].x ** 2)


@pytest.mark.parametrize("latex", [r"y = \frac{1}{x}", r"1 \div 3 =", "2 = 3"])
def test_a_value_goes_through_json_unchanged(latex: str) -> None:
    value = value_at_once(_stated(latex))
    assert value is not None

    back = value_from_data(json.loads(json.dumps(value_to_data(value), allow_nan=False)))

    for name in ("text", "latex", "kind", "exact", "decimal"):
        assert getattr(back, name) == getattr(value, name)
    if value.plots:
        assert back.plots
        np.testing.assert_array_equal(back.plots[0].y, value.plots[0].y)
        assert (back.plots[0].low, back.plots[0].high) == (value.plots[0].low, value.plots[0].high)


@pytest.mark.parametrize(
    ("latex", "gap", "text"),
    [
        ("2 1 / 4", 1, "9/4 = 2.25"),
        ("1 2 1 0 / 1 1 + 1 =", 2, "153/11 ≈ 13.9091"),
        ("2 1 / 4", 0, "5.25"),
        ("2 5 / 4", 1, None),
        ("2 1 / 4 / 2", 1, None),
        ("0 1 / 4", 1, None),
    ],
)
def test_a_gap_before_a_fraction_with_a_slash_makes_a_mixed_number(latex: str, gap: int, text: str | None) -> None:
    tree = replace(tree_of(latex), gaps=frozenset({gap} - {0}))

    statement = statement_of(tree)
    value = None if statement is None else value_at_once(statement)

    assert (None if value is None else value.text) == text
