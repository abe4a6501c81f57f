"""Columns of numbers with a rule under them: `12`, `34` and a line come to 46.

Only rows of a single number count, with a sign at their left or in a row of its own there, of which the digits stand
under each other; the rule is as wide as the column. A `×` before the last number multiplies two numbers, as in long
multiplication: the rows between its rule and the next one are its partial products. A number directly under the rule
is the writer's own result, and is checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median
from typing import Final

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.column_numbers import (
    TIMES,
    ColumnNumber,
    Mark,
    numbers_of_rows,
    rules_of_rows,
    signs_of_rows,
)
from digitvision.recognition.calculation.page_rows import PageRow, SumPlace
from digitvision.recognition.expression.semantics.values import Value, number_value, truth
from digitvision.recognition.expression.semantics.written_numbers import UnclearError, is_decimal_comma, written_number

SIGNS: Final = frozenset("+-×")
"""Signs before numbers of a column."""

_LEAST_WIDTH: Final = 0.6
"""Least width of a rule, as a share of its column's: a minus is as wide as a digit."""

_LARGEST_GAP: Final = 2.5
"""Largest distance between rows of a column, in heights of a number."""

_ALIGNED: Final = 0.9
"""Largest distance of the ends of numbers in a column from each other, in heights of a number."""

_TOUCHING: Final = 0.2
"""How far a rule may reach into the number above or below it, in heights of a number."""

_SIGN_DISTANCE: Final = 4.0
"""Largest distance of a sign in a row of its own from its number, in heights of a number."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A line of a column.

    Attributes:
        rows: Indices of the rows that it was read as: a number, and its sign where that is a row of its own. A rule
            that was read together with a number has none.
        text: The number with its sign, as a person types it; empty for a rule.
    """

    rows: tuple[int, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """What a column comes to.

    Attributes:
        row: Index of the row that shows it: the rule, or the result that was written under it.
        rule: Index of the rule.
        numbers: Indices of the column's rows, from top to bottom.
        value: The sum, or whether the written result is right; None where there is a sentence.
        sentence: Why there is none.
        under: Where the sum belongs on the page; None where there is none, or a result is written already.
        lines: All that stands in the column from top to bottom: numbers, rules, and the result that was written. Of a
            long multiplication these are the two numbers, the rule, the partial products, and the second rule.
    """

    row: int
    rule: int
    numbers: tuple[int, ...]
    value: Value | None
    sentence: str = ""
    under: SumPlace | None = None
    lines: tuple[ColumnLine, ...] = ()


def column_sums(rows: Sequence[PageRow]) -> tuple[ColumnSum, ...]:
    """Return what the columns of a page come to, in the order of their rules."""
    rules = rules_of_rows(rows)
    return _Columns(rows, rules).sums() if rules else ()


class _Columns:
    """The columns of one page."""

    def __init__(self, rows: Sequence[PageRow], rules: tuple[Mark, ...]) -> None:
        self._rules = rules
        self._numbers = numbers_of_rows(rows)
        signs = signs_of_rows(rows)
        self._numbers = tuple(self._with_sign(number, signs) for number in self._numbers)
        known = {number.row for number in self._numbers}
        # What ends a column: rules, and whatever is no number.
        others = [row.box for index, row in enumerate(rows) if index not in known]
        self._ends = [*(rule.box for rule in rules), *others]

    def sums(self) -> tuple[ColumnSum, ...]:
        found: list[ColumnSum] = []
        columns = [self._above(rule) for rule in self._rules]
        # The second rules of long multiplications, with what the two numbers above the first come to.
        products: dict[int, tuple[Fraction | UnclearError, tuple[ColumnLine, ...]]] = {}
        for place, (rule, column) in enumerate(zip(self._rules, columns, strict=True)):
            product, above = products.get(place, (None, ()))
            if product is None and not _is_column(rule, column):
                continue
            comes_to = _total(column) if product is None else product
            lines = (*above, *_lines(rule, column))
            if product is None and column[-1].sign == TIMES:
                second = self._second_rule(place, columns)
                if second is not None:
                    products[second] = comes_to, lines
                    continue
            shown = self._shown(comes_to, rule, column)
            under = shown.under and replace(shown.under, text=_on_one_line(lines))
            found.append(replace(shown, lines=(*lines, *shown.lines), under=under))
        return tuple(found)

    def _above(self, rule: Mark) -> tuple[ColumnNumber, ...]:
        """Return the numbers above a rule up to the first gap, from top to bottom."""
        column: list[ColumnNumber] = []
        below, top = rule.box, rule.box.top
        while True:
            above = [one for one in self._numbers if _overlap(one.box, rule.box) and _middle(one.box) < top]
            if not above:
                return tuple(column)
            nearest = max(above, key=lambda one: one.box.bottom)
            height = nearest.box.height
            # A sign beside a number stands at its height, and does not end the column.
            first, last = nearest.box.bottom - _TOUCHING * height, below.top + _TOUCHING * height
            between = any(
                first < _middle(box) < last and _overlap(box, rule.box) and box not in (below, rule.box)
                for box in self._ends
            )
            if between or below.top - nearest.box.bottom > _LARGEST_GAP * height:
                return tuple(column)
            column.insert(0, nearest)
            below, top = nearest.box, _middle(nearest.box)

    def _second_rule(self, first: int, columns: Sequence[tuple[ColumnNumber, ...]]) -> int | None:
        """Return the place of the rule under the partial products of a long multiplication; None without them."""
        above = self._rules[first].box
        for place in range(first + 1, len(self._rules)):
            column = columns[place]
            if len(column) > 1 and _overlap(above, self._rules[place].box):
                top = column[0].box
                near = top.top - above.bottom <= _LARGEST_GAP * top.height
                return place if near and _middle(top) > _middle(above) else None
        return None

    def _shown(self, comes_to: Fraction | UnclearError, rule: Mark, column: Sequence[ColumnNumber]) -> ColumnSum:
        """Return what is shown of a column; its only line is the result that was written under the rule, if any."""
        numbers = tuple(one.row for one in column)
        if isinstance(comes_to, UnclearError):
            return ColumnSum(rule.row, rule.row, numbers, None, str(comes_to))
        right = number_value(comes_to, decimals=any(not one.text.isdigit() for one in column))
        result = self._result(rule, column)
        if result is None:
            return ColumnSum(rule.row, rule.row, numbers, right, under=_place(rule, column))
        line = (_line(result),)
        try:
            written = written_number(result.text)[0]
        except UnclearError as problem:
            return ColumnSum(result.row, rule.row, numbers, None, str(problem), lines=line)
        if (-written if result.sign == "-" else written) == comes_to:
            return ColumnSum(result.row, rule.row, numbers, truth(True), lines=line)
        text, latex = f"false: {right.text}", rf"\text{{false: }}{right.latex}"
        return ColumnSum(result.row, rule.row, numbers, Value(text, latex, "truth", exact="false"), lines=line)

    def _result(self, rule: Mark, column: Sequence[ColumnNumber]) -> ColumnNumber | None:
        """Return the number that was written directly under a rule as its result; None where there is none."""
        box = rule.box
        under = [one for one in self._numbers if _overlap(one.box, box) and _middle(one.box) > _middle(box)]
        if not under:
            return None
        nearest = min(under, key=lambda one: one.box.top)
        between = any(
            _overlap(other.box, box) and _middle(box) < _middle(other.box) < _middle(nearest.box)
            for other in self._rules
        )
        far = nearest.box.top - box.bottom > _LARGEST_GAP * nearest.box.height
        if between or far or nearest.sign not in ("", "-") or not _are_aligned((*column, nearest)):
            return None
        return nearest

    def _with_sign(self, number: ColumnNumber, signs: Sequence[Mark]) -> ColumnNumber:
        """Return a number with the sign that stands at its left in a row of its own, if one does."""
        if number.sign:
            return number
        box = number.box
        for sign in signs:
            distance = box.left - sign.box.right
            near = -_TOUCHING * box.height < distance < _SIGN_DISTANCE * box.height
            if not near or not _are_beside(sign.box, box):
                continue
            # Another number between the two has the sign.
            nearer = any(
                _are_beside(other.box, box) and sign.box.right <= other.box.left and other.box.right <= box.left
                for other in self._numbers
            )
            if not nearer:
                return replace(number, sign=sign.sign, sign_row=sign.row)
        return number


def _lines(rule: Mark, column: Sequence[ColumnNumber]) -> tuple[ColumnLine, ...]:
    """Return the lines of a column down to its rule."""
    lines = tuple(map(_line, column))
    known = {row for line in lines for row in line.rows}
    return (*lines, ColumnLine(() if rule.row in known else (rule.row,)))


def _on_one_line(lines: Sequence[ColumnLine]) -> str:
    """Return the first part of a column as arithmetic, down to its first rule."""
    texts = [line.text for line in lines]
    first, *others = texts[: texts.index("")]
    return first + "".join(text if text[:1] in SIGNS else f"+{text}" for text in others)


def _line(number: ColumnNumber) -> ColumnLine:
    rows = (number.row,) if number.sign_row is None else tuple(sorted((number.row, number.sign_row)))
    return ColumnLine(rows, number.sign + number.text)


def _is_column(rule: Mark, column: Sequence[ColumnNumber]) -> bool:
    """Whether numbers are a column with a rule under it, and not a number above a line."""
    if len(column) < 2 or not _are_aligned(column):
        return False
    width = max(one.box.right for one in column) - min(one.box.left for one in column)
    return rule.box.width >= _LEAST_WIDTH * width


def _are_aligned(column: Sequence[ColumnNumber]) -> bool:
    """Whether the ones of numbers, or their ends, stand under each other."""
    height = median(one.box.height for one in column)
    for ends in ([one.ones for one in column], [one.box.right for one in column]):
        known = [end for end in ends if end is not None]
        if len(known) == len(ends) and max(known) - min(known) <= _ALIGNED * height:
            return True
    return False


def _total(column: Sequence[ColumnNumber]) -> Fraction | UnclearError:
    """Return the sum of a column, or the product of its two numbers; the problem if it is neither."""
    signs = [one.sign for one in column]
    try:
        commas = any(is_decimal_comma(one.text) for one in column)
        values = [written_number(one.text, commas=commas)[0] for one in column]
    except UnclearError as problem:
        return problem
    if TIMES not in signs:
        return sum((-value if sign == "-" else value for value, sign in zip(values, signs, strict=True)), Fraction(0))
    if signs in (["", TIMES], ["+", TIMES]):
        return values[0] * values[1]
    return UnclearError("Two numbers can be multiplied under each other, not a whole column.")


def _place(rule: Mark, column: Sequence[ColumnNumber]) -> SumPlace:
    """Return where the sum of a column stands under its rule."""
    right = max(one.box.right for one in column)
    return SumPlace(right, rule.box.bottom, median(one.box.height for one in column), tuple(one.row for one in column))


def _overlap(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles stand above each other for half of the narrower one."""
    common = min(one.right, other.right) - max(one.left, other.left)
    return common > 0.5 * min(one.width, other.width)


def _are_beside(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles stand at one height."""
    return one.top < other.bottom and one.bottom > other.top


def _middle(box: Bounds) -> float:
    return (box.top + box.bottom) / 2
