"""Columns of numbers with a rule under them: `12`, `34` and a line come to 46.

Only rows of a single number count, with a sign at their left or in a row of its own there, of which the digits stand
under each other; the rule is as wide as the column. A `×` before the last number multiplies two numbers, as in long
multiplication: the rows between its rule and the next one are its partial products. A number directly under the rule
is the writer's own result, and is checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Final

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.page_rows import PageRow
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.semantics.values import Value, number_value, truth
from digitvision.recognition.expression.semantics.written_numbers import UnclearError, written_number

_RULES: Final = frozenset({"-", "_", r"\_", "—", "–"})
_TIMES: Final = frozenset({r"\times", r"\cdot", "*", "x", "X"})
_SIGNS: Final = frozenset({"+", "-"}) | _TIMES
_POINTS: Final = frozenset({".", ","})

_LEAST_WIDTH: Final = 0.6
"""Least width of a rule, as a share of its column's: a minus is as wide as a digit."""

_FLAT: Final = 0.35
"""Largest height of a rule, as a share of its width."""

_LARGEST_GAP: Final = 2.5
"""Largest distance between rows of a column, in heights of a number."""

_ALIGNED: Final = 0.9
"""Largest distance of the ends of numbers in a column from each other, in heights of a number."""

_TOUCHING: Final = 0.2
"""How far a rule may reach into the number above or below it, in heights of a number."""

_SIGN_DISTANCE: Final = 4.0
"""Largest distance of a sign in a row of its own from its number, in heights of a number."""


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """What a column comes to.

    Attributes:
        row: Index of the row that shows it: the rule, or the result that was written under it.
        rule: Index of the rule.
        numbers: Indices of the column's rows, from top to bottom.
        value: The sum, or whether the written result is right; None where there is a sentence.
        sentence: Why there is none.
    """

    row: int
    rule: int
    numbers: tuple[int, ...]
    value: Value | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class _Number:
    """A row of a number.

    Attributes:
        row: Its index.
        sign: `+`, `-` or `×` before it; empty for none.
        text: Its digits and points.
        box: The rectangle around its ink, without the sign.
        units: Where its ones end, or None where the symbols' boxes are not known.
    """

    row: int
    sign: str
    text: str
    box: Bounds
    units: float | None


@dataclass(frozen=True, slots=True)
class _Column:
    rule: int
    numbers: tuple[_Number, ...]


def column_sums(rows: Sequence[PageRow]) -> tuple[ColumnSum, ...]:
    """Return what the columns of a page come to, in the order of their rules."""
    rules = [index for index, row in enumerate(rows) if _is_rule_shape(row)]
    numbers = {index: one for index, row in enumerate(rows) if (one := _number_of(index, row)) is not None}
    if not rules or not numbers:
        return ()
    rules.sort(key=lambda index: rows[index].box.top)
    signs = {index: row for index, row in enumerate(rows) if _single_label(row) in _SIGNS}
    found: list[ColumnSum] = []
    # The column above each rule whose partial products may follow.
    products: dict[int, Fraction] = {}
    for rule in rules:
        column = tuple(_column_above(rows[rule].box, numbers, rules, rows))
        column = tuple(_with_sign(one, signs, rows) for one in column)
        if not column or rows[rule].box.width < _LEAST_WIDTH * _width(column):
            continue
        result = _result_below(rows[rule].box, column, numbers, rules, rows)
        earlier = next((products[above] for above in products if _are_partial(above, rule, column, rows)), None)
        if earlier is None and (len(column) < 2 or not _are_aligned(column)):
            continue
        try:
            comes_to = _total(column) if earlier is None else earlier
            if column[-1].sign == "×" and earlier is None:
                products[rule] = comes_to
                if _has_partial_products(rule, rules, numbers, rows):
                    continue
            value = _shown(comes_to, column, result)
        except UnclearError as problem:
            found.append(ColumnSum(rule, rule, tuple(one.row for one in column), None, str(problem)))
            continue
        shown_at = rule if result is None else result.row
        found.append(ColumnSum(shown_at, rule, tuple(one.row for one in column), value))
    return tuple(found)


def _single_label(row: PageRow) -> str:
    return row.tree.symbols[0].label if row.tree is not None and len(row.tree.symbols) == 1 else ""


def _is_rule_shape(row: PageRow) -> bool:
    return _single_label(row) in _RULES and row.box.height <= _FLAT * row.box.width


def _number_of(index: int, row: PageRow) -> _Number | None:
    """Return a row as a number with or without a sign; None for any other row."""
    tree = row.tree
    if tree is None or any(relation != "Right" for _, _, relation in tree.relations):
        return None
    order = [*tree.row(tree.root)]
    labels = [tree.symbols[symbol].label for symbol in order]
    sign = labels[0] if labels[0] in _SIGNS else ""
    digits = labels[1:] if sign else labels
    if not digits or kind_of(digits[0]) != "digit" or kind_of(digits[-1]) != "digit":
        return None
    if not all(kind_of(label) == "digit" or label in _POINTS for label in digits):
        return None
    sign = "×" if sign in _TIMES else sign
    return _Number(index, sign, "".join(digits), *_place(row, tree, order[1:] if sign else order))


def _place(row: PageRow, tree: LayoutTree, order: Sequence[int]) -> tuple[Bounds, float | None]:
    """Return the rectangle around a number, and where its ones end."""
    if len(row.boxes) != len(tree.symbols):
        return row.box, None
    boxes = [row.boxes[symbol] for symbol in order]
    around = boxes[0]
    for box in boxes[1:]:
        around = around.united(box)
    points = [place for place, symbol in enumerate(order) if tree.symbols[symbol].label in _POINTS]
    whole = boxes[: points[-1]] if points else boxes
    return around, whole[-1].right


def _column_above(
    rule: Bounds, numbers: dict[int, _Number], rules: Sequence[int], rows: Sequence[PageRow]
) -> Sequence[_Number]:
    """Return the numbers above a rule up to the first gap, from top to bottom."""
    column: list[_Number] = []
    below, top = rule, rule.top
    while True:
        above = [one for one in numbers.values() if _overlap(one.box, rule) and _middle(one.box) < top]
        if not above:
            return column
        nearest = max(above, key=lambda one: one.box.bottom)
        height = nearest.box.height
        # A rule, or what is no number, ends the column; a sign beside a number does not.
        between = any(
            _overlap(row.box, rule)
            and nearest.box.bottom - _TOUCHING * height < _middle(row.box) < below.top + _TOUCHING * height
            and (index in rules or index not in numbers)
            and row.box not in (below, rule)
            for index, row in enumerate(rows)
        )
        if between or below.top - nearest.box.bottom > _LARGEST_GAP * height:
            return column
        column.insert(0, nearest)
        below, top = nearest.box, _middle(nearest.box)


def _result_below(
    rule: Bounds,
    column: Sequence[_Number],
    numbers: dict[int, _Number],
    rules: Sequence[int],
    rows: Sequence[PageRow],
) -> _Number | None:
    """Return the number that was written directly under a rule as its result; None where there is none."""
    under = [one for one in numbers.values() if _overlap(one.box, rule) and _middle(one.box) > _middle(rule)]
    if not under:
        return None
    nearest = min(under, key=lambda one: one.box.top)
    between = any(
        _overlap(rows[other].box, rule) and _middle(rule) < _middle(rows[other].box) < _middle(nearest.box)
        for other in rules
    )
    if between or nearest.box.top - rule.bottom > _LARGEST_GAP * nearest.box.height or nearest.sign not in ("", "-"):
        return None
    return nearest if _are_aligned((*column, nearest)) or nearest.sign or len(column) == 1 else None


def _with_sign(one: _Number, signs: dict[int, PageRow], rows: Sequence[PageRow]) -> _Number:
    """Return a number with the sign that stands at its left in a row of its own, if one does."""
    if one.sign:
        return one
    for row in signs.values():
        distance = one.box.left - row.box.right
        beside = row.box.top < one.box.bottom and row.box.bottom > one.box.top
        if beside and -0.2 * one.box.height < distance < _SIGN_DISTANCE * one.box.height:
            # Another number between the two has the sign.
            nearer = any(
                other is not row
                and row.box.right <= other.box.left
                and other.box.right <= one.box.left
                and other.box.top < one.box.bottom
                and other.box.bottom > one.box.top
                for other in rows
            )
            label = _single_label(row)
            if not nearer:
                return _Number(one.row, "×" if label in _TIMES else label, one.text, one.box, one.units)
    return one


def _are_aligned(column: Sequence[_Number]) -> bool:
    """Whether the ones of numbers, or their ends, stand under each other."""
    height = median(one.box.height for one in column)
    for ends in ([one.units for one in column], [one.box.right for one in column]):
        known = [end for end in ends if end is not None]
        if len(known) == len(ends) and max(known) - min(known) <= _ALIGNED * height:
            return True
    return False


def _has_partial_products(
    rule: int, rules: Sequence[int], numbers: dict[int, _Number], rows: Sequence[PageRow]
) -> bool:
    return any(
        _are_partial(rule, other, _column_above(rows[other].box, numbers, rules, rows), rows)
        for other in rules
        if rows[other].box.top > rows[rule].box.top
    )


def _are_partial(rule: int, second: int, column: Sequence[_Number], rows: Sequence[PageRow]) -> bool:
    """Whether a column is the partial products between a multiplication's rule and a second one."""
    above, below = rows[rule].box, rows[second].box
    if len(column) < 2 or not _overlap(above, below):
        return False
    first = column[0].box
    return _middle(first) - _middle(above) > 0 and first.top - above.bottom <= _LARGEST_GAP * first.height


def _total(column: Sequence[_Number]) -> Fraction:
    """Return the sum of a column, or the product of its two numbers.

    Raises:
        UnclearError: A number may be two, or signs say two things.
    """
    values = [written_number(one.text)[0] for one in column]
    signs = [one.sign for one in column]
    if "×" in signs:
        if signs not in (["", "×"], ["+", "×"]):
            raise UnclearError("Two numbers can be multiplied under each other, not a whole column.")
        return values[0] * values[1]
    return sum((-value if sign == "-" else value for value, sign in zip(values, signs, strict=True)), Fraction(0))


def _shown(comes_to: Fraction, column: Sequence[_Number], result: _Number | None) -> Value:
    decimals = any(not one.text.isdigit() for one in column)
    right = number_value(comes_to, decimals=decimals)
    if result is None:
        return right
    written = written_number(result.text)[0]
    if (-written if result.sign == "-" else written) == comes_to:
        return truth(True)
    return Value(f"false: {right.text}", rf"\text{{false: }}{right.latex}", "truth", exact="false")


def _width(column: Sequence[_Number]) -> float:
    return max(one.box.right for one in column) - min(one.box.left for one in column)


def _overlap(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles stand above each other for half of the narrower one."""
    common = min(one.right, other.right) - max(one.left, other.left)
    return common > 0.5 * min(one.width, other.width)


def _middle(box: Bounds) -> float:
    return (box.top + box.bottom) / 2
