r"""Interpretation of a layout: precedence, products without a sign, functions, sums and integrals.

Ambiguous notation has no meaning here, because a wrong answer is worse than none:

- a number before a fraction that is not below one, as in `2\frac{3}{2}`, or before `\frac{0.5}{3}`;
- a product without a sign after a division sign, as in `6 ÷ 2(1+2)` or `1/2x`;
- a number after a letter, a number or a fraction (`x 2`), which is more likely a power that was misread;
- `1,234`, where the comma may separate thousands;
- a bracket after a function's argument (`\log 2 (4)`), and one with a single sign after a letter (`P(x)`, `a(2)`);
- symbols with a running index, such as the terms of `\sum_{i=1}^{n} x_{i}`;
- plus-minus, lists, dots, and functions without a definition.

A whole number directly before a fraction of whole numbers that is below one is a mixed number: `2\frac{1}{4}` is nine
quarters; before a fraction with letters a number is a factor. Per cent are hundredths, in a sum of what stands before
them: `200 + 10\%` is 220, `10\% \cdot 50` is 5. A comma between digits is a decimal comma, `written_numbers.py` tells
where it separates thousands. Units are read only where that is asked for, see `units.py`. A question mark in an
equation is what it is solved for, as in `5 + ? = 8`; behind the last equals sign it asks for the value.

Conventions: `e`, `i` and `\pi` are the constants (unless `i` is the index of a sum); `\log` without a base has base
ten, as on calculators, and `\ln` is the natural logarithm; the argument of a function without brackets is the product
that follows, up to another function, so that `\sin 2 x \cos x` is `sin(2x)·cos(x)`; `\sin(x)^2` is the square of the
sine; sums and limits extend over the product that follows, up to a plus or minus.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.structure import (
    Atom,
    Fenced,
    Item,
    Row,
    base_of,
    is_atom,
    rows_within,
    structure_of,
)
from digitvision.recognition.expression.semantics.row_cursor import (
    CONSTANTS,
    NO_NAMES,
    UNKNOWN,
    Names,
    label_of,
    name_of,
)
from digitvision.recognition.expression.semantics.row_parser import RowParser
from digitvision.recognition.expression.semantics.terms import Comparison, Statement, Term
from digitvision.recognition.expression.semantics.units import unit_at
from digitvision.recognition.expression.semantics.written_numbers import UnclearError, is_decimal_comma

_DEEPEST: Final = 100
_COMPARISONS: Final[dict[str, Comparison]] = {
    "=": "=",
    r"\neq": "!=",
    "<": "<",
    r"\lt": "<",
    r"\leq": "<=",
    ">": ">",
    r"\gt": ">",
    r"\geq": ">=",
}


def statement_of(tree: LayoutTree) -> Statement | None:
    """Interpret a tree by itself; None for one without a meaning, or with more than one.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    try:
        return statement_with_names(structure_of(tree), NO_NAMES)
    except UnclearError:
        return None


def statement_with_names(row: Row, names: Names) -> Statement:
    """Interpret the structure of a tree, with what is known of its letters.

    Raises:
        UnclearError: It has no meaning, or more than one.
    """
    if not names.commas and has_decimal_comma(row):
        names = replace(names, commas=True)
    statement = _statement(row, names)
    if not all(map(is_shallow, statement.sides)):
        raise UnclearError
    return statement


def has_decimal_comma(row: Row) -> bool:
    """Whether a number with a decimal comma stands in a row, at any depth."""
    return any(
        (isinstance(base := base_of(item), Atom) and base.kind == "number" and is_decimal_comma(base.label))
        or any(map(has_decimal_comma, rows_within(item)))
        for item in row
    )


def is_shallow(term: Term) -> bool:
    """Whether nested terms end before Python's own stack would."""
    level = [term]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in one.parts]
        if not level:
            return True
    return False


def _statement(row: Row, names: Names) -> Statement:
    rows: list[list[Item]] = [[]]
    comparisons: list[Comparison] = []
    for index, item in enumerate(row):
        if is_atom(item, "relation"):
            sign = _COMPARISONS.get(label_of(item))
            if sign is None:
                if label_of(item) != r"\rightarrow" or not names.units or comparisons:
                    raise UnclearError
                return _converted(rows[0], row[index + 1 :], names)
            comparisons.append(sign)
            rows.append([])
        else:
            rows[-1].append(item)
    asked = bool(comparisons) and comparisons[-1] == "=" and (not rows[-1] or label_of(rows[-1][0]) == "?")
    if asked:
        if len(rows[-1]) > 1:
            if len(rows) != 2:
                raise UnclearError
            return _converted(rows[0], rows[1][1:], names)
        rows.pop()
        comparisons.pop()
    # Two of them need not be the same, and without an equals sign nothing is asked.
    unknowns = sum(_unknowns_in(side) for side in rows)
    if unknowns > 1 or (unknowns and comparisons != ["="]):
        raise UnclearError
    defines = _definition(rows[0], names) if comparisons == ["="] and not asked else None
    if defines is not None:
        name, variable = defines
        return Statement(
            (Term("symbol", name=f"{name}({variable})"), RowParser(rows[1], names).whole()), ("=",), defines=defines
        )
    return Statement(tuple(RowParser(side, names).whole() for side in rows), tuple(comparisons), asked)


def _unknowns_in(row: Sequence[Item]) -> int:
    """Return how many question marks stand in a row, at any depth."""
    own = sum(isinstance(base := base_of(item), Atom) and base.label == UNKNOWN for item in row)
    return own + sum(_unknowns_in(inner) for item in row for inner in rows_within(item))


def _converted(side: Sequence[Item], unit: Sequence[Item], names: Names) -> Statement:
    """Return the statement that asks for a side in a unit."""
    found = unit_at(unit, 0, names) if names.units else None
    if found is None:
        raise UnclearError
    wanted, at = found
    if at + 1 < len(unit) and label_of(unit[at]) == "/":
        found = unit_at(unit, at + 1, names)
        if found is None:
            raise UnclearError
        wanted, at = Term("quotient", (wanted, found[0])), found[1]
    if at < len(unit):
        raise UnclearError
    return Statement((RowParser(side, names).whole(),), asked=True, unit=wanted)


def _definition(row: Sequence[Item], names: Names) -> tuple[str, str] | None:
    """Return the letter and the variable of `f(x)`; None for any other row."""
    if len(row) != 2 or not is_atom(row[0], "letter") or not isinstance(row[1], Fenced):
        return None
    inside = row[1].inside
    if row[1].opening.label != "(" or len(inside) != 1 or not is_atom(inside[0], "letter"):
        return None
    name, variable = name_of(label_of(row[0])), name_of(label_of(inside[0]))
    if name == variable or label_of(inside[0]) in CONSTANTS or (name in names.values and name not in names.functions):
        return None
    return name, variable
