"""What an expression comes to, and what is answered at once: arithmetic and functions to be drawn.

Everything else takes an algebra system, and goes through `value_process.ValueProcess`.
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
from digitvision.recognition.expression.semantics.plots import NotPlottableError, Plot, plot_of
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, number_row, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import Comparison, Statement, Term

ValueKind = Literal["number", "truth", "solutions", "result", "function"]

EQUALS: Final = Atom("relation", "=")
ABOUT: Final = Atom("relation", r"\approx")
_DECIMALS: Final = 4
_MOST_PLACES: Final = 9
"""Decimals of a number that may be a rounded one."""

_LONGEST: Final = 24
"""Digits of a number that is still written out in full."""

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
    """What an expression comes to.

    Attributes:
        text: For people, in one line: `7/12 ≈ 0.5833`, `x = -1, x = 3`, `true`; of a function its formula.
        latex: The same as LaTeX, without anything around it.
        kind: A number of plain arithmetic; the truth of a comparison; what solves an equation or an inequality; what a
            derivative, integral, sum, limit or a term with symbols comes to; a function that can be drawn.
        exact: The exact value alone where the result is one, `7/12`.
        decimal: The same in decimals, rounded to four or, if small, to four figures; None where `exact` says as much.
        plot: Of a function.
    """

    text: str
    latex: str
    kind: ValueKind
    exact: str | None = None
    decimal: str | None = None
    plot: Plot | None = None


class NotAtOnceError(ValueError):
    """An algebra system has to work on it."""


def value_at_once(statement: Statement) -> Value | None:
    """The value of what needs no algebra system: arithmetic with fractions, its comparisons, plain functions.

    Returns:
        None where there is nothing to say: a number by itself, several unknowns.

    Raises:
        NotAtOnceError: It is of another kind.
        ValueFault: It has no value.
    """
    function = function_of(statement)
    if function is not None:
        term, variable, name = function
        if statement.has_calculus:
            raise NotAtOnceError
        return function_value(statement, term, variable, name)
    if statement.free:
        if _says_nothing(statement):
            return None
        raise NotAtOnceError
    values = [exact_value(side) for side in statement.sides]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        raise NotAtOnceError
    if statement.comparisons == ("=",) and _is_rounded(numbers[0], numbers[1], statement.sides[1]):
        return Value("true, rounded", r"\text{true, rounded}", "truth", exact="true")
    if len(numbers) > 1:
        return truth(all(map(_compared, statement.comparisons, numbers, numbers[1:])))
    term = statement.sides[0]
    if term.kind == "number" or (term.kind == "negative" and term.parts[0].kind == "number"):
        return None
    return number_value(numbers[0], decimals=statement.has_decimals, given=_given(term))


def _says_nothing(statement: Statement) -> bool:
    """Whether no value is to be expected: too many unknowns, or a letter by itself."""
    if len(statement.sides) > 1:
        return len(statement.free) > 1 or len(statement.sides) > 2
    return not statement.asked and not statement.has_calculus


def _compared(comparison: Comparison, left: Fraction, right: Fraction) -> bool:
    return bool(COMPARE[comparison](left, right))


def _is_rounded(value: Fraction, written: Fraction, side: Term) -> bool:
    """Whether somebody wrote a value down with fewer decimals than it has: `1 ÷ 3 = 0.33`."""
    number = side.parts[0] if side.kind == "negative" else side
    if number.kind != "number" or value == written:
        return False
    places = next((places for places in range(1, _MOST_PLACES + 1) if (written * 10**places).denominator == 1), 0)
    if written.denominator == 1 or not places:
        return False
    return abs(value - written) <= Fraction(1, 2 * 10**places)


def _given(term: Term) -> str:
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""


def truth(value: bool) -> Value:
    """What a comparison of numbers says."""
    text = "true" if value else "false"
    return Value(text, rf"\text{{{text}}}", "truth", exact=text)


def function_of(statement: Statement) -> tuple[Term, str, str] | None:
    """The term, the variable and the name of a function: `y = x^2`, `f(x) = …`, or a term in one variable alone."""
    if statement.asked or len(statement.sides) > 2:
        return None
    term = statement.sides[-1]
    if len(term.free) != 1:
        # A constant function has to say that it is one.
        if statement.defines is None or term.free:
            return None
        return term, statement.defines[1], statement.sides[0].name
    (variable,) = term.free
    if len(statement.sides) == 1:
        # A letter by itself is no formula, and what is worked out is a result.
        return None if term.kind == "symbol" or statement.has_calculus else (term, variable, "y")
    first = statement.sides[0]
    if statement.comparisons != ("=",) or first.kind != "symbol" or first.name == variable:
        return None
    if statement.defines is not None and statement.defines[1] != variable:
        return None
    return term, variable, first.name


def function_value(statement: Statement, term: Term, variable: str, name: str) -> Value | None:
    """A function to be drawn, or None for one without real values."""
    try:
        plot = plot_of(term, variable, name)
        row = row_of(term)
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
    return Value(spaced(whole), latex_of_row(whole), "function", exact=text_of_row(row), plot=plot)


def number_value(value: Fraction, *, decimals: bool, given: str = "", kind: ValueKind = "number") -> Value:
    """An exact number, with its decimals where it is no whole one.

    Args:
        value: It.
        decimals: Prefer them to a fraction where they end.
        given: What was asked, as text: it is not said again.
        kind: Of the value.
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
    """A row as text, with room around the relations between its parts."""
    parts: list[str] = []
    piece: list[Item] = []
    for item in row:
        if is_atom(item, "relation"):
            parts += [text_of_row(tuple(piece)), text_of_row((item,))]
            piece = []
        else:
            piece.append(item)
    return " ".join(part for part in (*parts, text_of_row(tuple(piece))) if part)


def decimal_of(value: Fraction) -> tuple[str, bool]:
    """A number in decimals, `0.5833` or `4.0239e2567`, and whether that is all of it."""
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
    places = next((count for count in range(_DECIMALS + 3) if (size * 10**count).denominator == 1), _DECIMALS)
    places = max(places, _DECIMALS - 1 - power) if power < 0 and places == _DECIMALS else places
    figures = round(value, places)
    return _plain(figures, places), figures == value


def _plain(value: Fraction, places: int) -> str:
    digits = str(abs(round(value * 10**places))).rjust(places + 1, "0")
    text = digits if not places else f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def decimal_row(text: str) -> Row:
    """A number in decimals as a row: `4.0239e2567` with a power of ten."""
    figures, _, power = text.partition("e")
    row = number_row(Fraction(0), figures)
    if not power:
        return row
    ten = Scripted(Atom("number", "10"), None, number_row(Fraction(int(power))))
    return (*row, Atom("operator", r"\times"), ten)


def value_to_data(value: Value) -> dict[str, Any]:
    """A value as JSON has it; NaN becomes null."""
    plot = value.plot
    drawn = plot and {
        "variable": plot.variable,
        "name": plot.name,
        "x": plot.x.tolist(),
        "y": [None if np.isnan(y) else y for y in plot.y.tolist()],
        "low": plot.low,
        "high": plot.high,
    }
    names = ("text", "latex", "kind", "exact", "decimal")
    return {**{name: getattr(value, name) for name in names}, "plot": drawn}


def value_from_data(data: dict[str, Any]) -> Value:
    """The value that `value_to_data` wrote."""
    drawn = data["plot"]
    plot = drawn and Plot(
        drawn["variable"],
        drawn["name"],
        np.array(drawn["x"], np.float64),
        np.array([np.nan if y is None else y for y in drawn["y"]], np.float64),
        drawn["low"],
        drawn["high"],
    )
    return Value(data["text"], data["latex"], data["kind"], data["exact"], data["decimal"], plot)
