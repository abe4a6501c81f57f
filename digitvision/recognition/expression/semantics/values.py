"""Values of expressions, and those that are computed immediately: arithmetic and functions to be drawn.

All others need an algebra system, and go through `value_process.ValueProcess`.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

import numpy as np

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Atom, Fenced, Item, Row, Scripted, is_atom
from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.curve_points import fitted
from digitvision.recognition.expression.semantics.plots import NotPlottableError, Plot, plot_of
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, number_row, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import (
    Comparison,
    Statement,
    Term,
    term_from_data,
    term_to_data,
)

ValueKind = Literal["number", "truth", "solutions", "result", "function"]

EQUALS: Final = Atom("relation", "=")
ABOUT: Final = Atom("relation", r"\approx")
_DECIMALS: Final = 4
_MOST_DECIMALS: Final = 9
"""Most decimals of a number that may be a rounded one."""

_LONGEST: Final = 24
"""Most digits of a number that is written out in full."""

COMPARE: Final[dict[Comparison, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """The value of an expression.

    Attributes:
        text: The value as one line of text: `7/12 ≈ 0.5833`, `x = -1, x = 3`, `true`; for a function its formula.
        latex: The same as LaTeX, without delimiters.
        kind: `number` of plain arithmetic, with a unit or without; `truth` of a comparison; `solutions` of an equation
            or an inequality, and of a name that is given a value; `result` of a derivative, integral, sum, limit or a
            term with symbols; `function` that can be drawn.
        exact: The exact value alone, such as `7/12`, where there is one.
        decimal: The value in decimals, rounded to four or, if small, to four figures; None where `exact` has them all.
        plots: Functions that show it as graphs: the function itself, both sides of an equation in one unknown, or what
            an equation of x and y says of y.
    """

    text: str
    latex: str
    kind: ValueKind
    exact: str | None = None
    decimal: str | None = None
    plots: tuple[Plot, ...] = ()


class NotAtOnceError(ValueError):
    """A statement that needs an algebra system."""


def value_at_once(statement: Statement) -> Value | None:
    """Compute a value that needs no algebra system: arithmetic with fractions, its comparisons, plain functions.

    Returns:
        The value; None where none is expected: for a number by itself, or several unknowns.

    Raises:
        NotAtOnceError: The statement is of another kind.
        ValueFault: It has no value.
    """
    if statement.has_units:
        raise NotAtOnceError
    function = function_of(statement)
    if function is not None:
        term, variable, name = function
        if statement.has_calculus:
            raise NotAtOnceError
        return function_value(statement, term, variable, name)
    if statement.free:
        if _expects_no_value(statement):
            return None
        raise NotAtOnceError
    values = [exact_value(side) for side in statement.sides]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        raise NotAtOnceError
    if statement.comparisons == ("=",) and is_rounded(numbers[0], numbers[1], statement.sides[1]):
        return Value("true, rounded", r"\text{true, rounded}", "truth", exact="true")
    if len(numbers) > 1:
        return truth(all(map(_compared, statement.comparisons, numbers, numbers[1:])))
    term = statement.sides[0]
    if term.kind == "number" or (term.kind == "negative" and term.parts[0].kind == "number"):
        return None
    return number_value(numbers[0], decimals=statement.has_decimals, given=_as_text(term))


def _expects_no_value(statement: Statement) -> bool:
    """Whether no value is expected: there are too many unknowns, or a letter by itself."""
    if len(statement.sides) > 1:
        return len(statement.sides) > 2 or (len(statement.free) > 1 and not relates_x_and_y(statement))
    return not statement.asked and not statement.has_calculus


def _compared(comparison: Comparison, left: Fraction, right: Fraction) -> bool:
    return bool(COMPARE[comparison](left, right))


def is_rounded(value: Fraction, written: Fraction, side: Term) -> bool:
    """Whether a value was written with fewer decimals than it has: `1 ÷ 3 = 0.33`.

    Args:
        value: The value.
        written: The number that was written.
        side: The term that it was written as.
    """
    number = side.parts[0] if side.kind == "negative" else side
    if number.kind != "number" or value == written:
        return False
    count = next(
        (count for count in range(1, _MOST_DECIMALS + 1) if (written * 10**count).denominator == 1),
        0,
    )
    if written.denominator == 1 or not count:
        return False
    return abs(value - written) <= Fraction(1, 2 * 10**count)


def _as_text(term: Term) -> str:
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""


def truth(value: bool) -> Value:
    """Return the value of a comparison of numbers."""
    text = "true" if value else "false"
    return Value(text, rf"\text{{{text}}}", "truth", exact=text)


def function_of(statement: Statement) -> tuple[Term, str, str] | None:
    """Return term, variable and name of a function: `y = x^2`, `f(x) = …`, or a term in one variable alone."""
    if statement.asked or len(statement.sides) > 2:
        return None
    term = statement.sides[-1]
    if len(term.free) != 1:
        # A constant function must be written as a function.
        if statement.defines is None or term.free:
            return None
        return term, statement.defines[1], statement.sides[0].name
    (variable,) = term.free
    if len(statement.sides) == 1:
        # A letter by itself is no formula, and a term with calculus is a result.
        return None if term.kind == "symbol" or statement.has_calculus else (term, variable, "y")
    first = statement.sides[0]
    if statement.comparisons != ("=",) or first.kind != "symbol" or first.name == variable:
        return None
    if statement.defines is not None and statement.defines[1] != variable:
        return None
    return term, variable, first.name


def relates_x_and_y(statement: Statement) -> bool:
    """Whether a statement is an equation of x and y, which has a graph."""
    return statement.comparisons == ("=",) and not statement.asked and statement.free == {"x", "y"}


def function_value(statement: Statement, term: Term, variable: str, name: str) -> Value | None:
    """Return a function to be drawn; None for one without real values."""
    try:
        row = row_of(term)
        plot = fitted(plot_of(term, variable, name, text_of_row(row)))
    except (NotPlottableError, UnwrittenError):
        return None
    if statement.defines is not None:
        letter, of = statement.defines
        head: tuple[Item, ...] = (
            symbol_item(letter),
            Fenced(Atom("open", "("), (symbol_item(of),), Atom("close", ")")),
        )
    else:
        head = (symbol_item(name),)
    whole = (*head, EQUALS, *row)
    return Value(spaced(whole), latex_of_row(whole), "function", exact=text_of_row(row), plots=(plot,))


def number_value(value: Fraction, *, decimals: bool, given: str = "", kind: ValueKind = "number") -> Value:
    """Return the value of an exact number, with its decimals where it is not whole.

    Args:
        value: The number.
        decimals: Whether decimals are preferred to a fraction, where they end.
        given: The expression as text, which is not repeated in the answer.
        kind: The kind of the value.
    """
    short = max(len(str(abs(value.numerator))), len(str(value.denominator))) <= _LONGEST
    rounded, ends = decimal_of(value)
    exact = number_row(value)
    exact_text = text_of_row(exact) if short else None
    if value.denominator == 1 and short:
        return Value(exact_text or "", latex_of_row(exact), kind, exact=exact_text)
    sign = EQUALS if ends else ABOUT
    in_decimals = decimal_row(rounded)
    if not short or (decimals and ends):
        row: Row = in_decimals if ends else (ABOUT, *in_decimals)
    elif exact_text == given or decimals:
        row = in_decimals if ends else (ABOUT, *in_decimals)
    else:
        row = (*exact, sign, *in_decimals)
    text = spaced(row)
    return Value(text, latex_of_row(row), kind, exact=exact_text, decimal=text_of_row(in_decimals))


def spaced(row: Row) -> str:
    """Return a row as text, with spaces around the relations between its parts."""
    parts: list[str] = []
    part_items: list[Item] = []
    for item in row:
        if is_atom(item, "relation"):
            parts += [text_of_row(tuple(part_items)), text_of_row((item,))]
            part_items = []
        else:
            part_items.append(item)
    return " ".join(part for part in (*parts, text_of_row(tuple(part_items))) if part)


def decimal_of(value: Fraction) -> tuple[str, bool]:
    """Return a number in decimals, `0.5833` or `4.0239e2567`, and whether these are exact."""
    if value == 0:
        return "0", True
    size = abs(value)
    power = len(str(size.numerator)) - len(str(size.denominator))
    power -= size < Fraction(10) ** power
    if power >= _LONGEST or power < -_DECIMALS:
        scaled = value / Fraction(10) ** power
        figures = round(scaled, _DECIMALS)
        text = f"{_plain(figures, _DECIMALS)}e{power}"
        return text, figures == scaled
    count = next((count for count in range(_DECIMALS + 3) if (size * 10**count).denominator == 1), _DECIMALS)
    count = max(count, _DECIMALS - 1 - power) if power < 0 and count == _DECIMALS else count
    figures = round(value, count)
    return _plain(figures, count), figures == value


def _plain(value: Fraction, count: int) -> str:
    digits = str(abs(round(value * 10**count))).rjust(count + 1, "0")
    text = digits if not count else f"{digits[:-count]}.{digits[-count:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def decimal_row(text: str) -> Row:
    """Return a number in decimals as a row; `4.0239e2567` becomes a product with a power of ten."""
    figures, _, power = text.partition("e")
    row = number_row(Fraction(0), figures)
    if not power:
        return row
    ten = Scripted(Atom("number", "10"), None, number_row(Fraction(int(power))))
    return (*row, Atom("operator", r"\times"), ten)


def value_to_data(value: Value) -> dict[str, Any]:
    """Return a value as JSON data; NaN becomes null."""
    drawn = [
        {
            "term": term_to_data(plot.term),
            "variable": plot.variable,
            "name": plot.name,
            "text": plot.text,
            "x": plot.x.tolist(),
            "y": [None if np.isnan(y) else y for y in plot.y.tolist()],
            "low": plot.low,
            "high": plot.high,
        }
        for plot in value.plots
    ]
    names = ("text", "latex", "kind", "exact", "decimal")
    return {**{name: getattr(value, name) for name in names}, "plots": drawn}


def value_from_data(data: dict[str, Any]) -> Value:
    """Return the value that `value_to_data` made data of."""
    plots = tuple(
        Plot(
            term_from_data(drawn["term"]),
            drawn["variable"],
            drawn["name"],
            drawn["text"],
            np.array(drawn["x"], np.float64),
            np.array([np.nan if y is None else y for y in drawn["y"]], np.float64),
            drawn["low"],
            drawn["high"],
        )
        for drawn in data["plots"]
    )
    return Value(data["text"], data["latex"], data["kind"], data["exact"], data["decimal"], plots)
