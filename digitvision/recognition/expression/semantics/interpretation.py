r"""Interpretation of a layout: precedence, products without a sign, functions, sums and integrals.

Ambiguous notation has no meaning here, because a wrong answer is worse than none:

- `2\frac{1}{2}`, which is two and a half to some and one to others; before a fraction with letters it is a product;
- a product without a sign after a division sign, as in `6 ÷ 2(1+2)` or `1/2x`;
- a number after a letter, a number or a fraction (`x 2`), which is more likely a power that was misread;
- `1,234`, where the comma may separate thousands;
- a bracket after a function's argument (`\log 2 (4)`), and one with a single sign after a letter (`P(x)`, `a(2)`);
- symbols with a running index, such as the terms of `\sum_{i=1}^{n} x_{i}`;
- plus-minus, lists, dots, and functions without a definition.

Conventions: `e`, `i` and `\pi` are the constants (unless `i` is the index of a sum); `\log` without a base has base
ten, as on calculators, and `\ln` is the natural logarithm; the argument of a function without brackets is the product
that follows, up to another function, so that `\sin 2 x \cos x` is `sin(2x)·cos(x)`; `\sin(x)^2` is the square of the
sine; sums and limits extend over the product that follows, up to a plus or minus.
"""

from collections.abc import Sequence
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.structure import Fenced, Item, Row, is_atom, structure_of
from digitvision.recognition.expression.semantics.row_parser import (
    CONSTANTS,
    RowParser,
    UnclearError,
    label_of,
    name_of,
)
from digitvision.recognition.expression.semantics.terms import Comparison, Statement, Term

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
    """Interpret a tree; None for one without a meaning, or with more than one.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    row = structure_of(tree)
    try:
        statement = _statement(row)
    except UnclearError:
        return None
    return statement if all(_is_shallow(side) for side in statement.sides) else None


def _is_shallow(term: Term) -> bool:
    """Whether nested terms end before Python's own stack would."""
    level = [term]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in one.parts]
        if not level:
            return True
    return False


def _statement(row: Row) -> Statement:
    rows: list[list[Item]] = [[]]
    comparisons: list[Comparison] = []
    for item in row:
        if is_atom(item, "relation"):
            sign = _COMPARISONS.get(label_of(item))
            if sign is None:
                raise UnclearError
            comparisons.append(sign)
            rows.append([])
        else:
            rows[-1].append(item)
    asked = bool(comparisons) and comparisons[-1] == "=" and (not rows[-1] or [*map(label_of, rows[-1])] == ["?"])
    if asked:
        rows.pop()
        comparisons.pop()
    defines = _definition(rows[0]) if comparisons == ["="] and not asked else None
    if defines is not None:
        name, variable = defines
        return Statement(
            (Term("symbol", name=f"{name}({variable})"), RowParser(rows[1]).whole()), ("=",), defines=defines
        )
    return Statement(tuple(RowParser(side).whole() for side in rows), tuple(comparisons), asked)


def _definition(row: Sequence[Item]) -> tuple[str, str] | None:
    """Return the letter and the variable of `f(x)`; None for any other row."""
    if len(row) != 2 or not is_atom(row[0], "letter") or not isinstance(row[1], Fenced):
        return None
    inside = row[1].inside
    if row[1].opening.label != "(" or len(inside) != 1 or not is_atom(inside[0], "letter"):
        return None
    name, variable = name_of(label_of(row[0])), name_of(label_of(inside[0]))
    return None if name == variable or label_of(inside[0]) in CONSTANTS else (name, variable)
