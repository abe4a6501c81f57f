r"""Writing priors: forms that the ink may show but writers rarely use, and their costs, as logarithms.

A formula uses few different letters, and uses them again. What follows an exponent is rarely the exponent's subscript.
A subscript names something and states nothing. Nobody writes a first power, but many write a prime. Between digits a
point is more frequent than a comma. The costs were chosen on CROHME's development sets.
"""

from collections.abc import Sequence
from typing import Final

from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.reading.rows import Row

_NEW_LABEL_COST: Final = 0.2
"""Cost of each different label."""

_NEW_LETTER_COST: Final = 0.7
"""Cost of each different letter, added to that of its label."""

_DEEP_COST: Final = 1.0
"""Cost of each symbol, for each level of scripts beyond the first."""

_STATEMENT_COST: Final = 1.0
"""Cost of each relation sign in a subscript."""

_FIRST_POWER_COST: Final = 1.0

_COMMA_COST: Final = 1.6
"""Cost of the only comma between digits: six of seven of CROHME's formulas have a point, some countries none."""

_WITH_LIMITS: Final = frozenset([r"\sum", r"\int", r"\lim", r"\log", r"\exists", r"\forall"])
"""Symbols whose scripts are limits, which have relations and scripts of their own."""


def unusual_forms_cost(labels: Sequence[str], rows: Sequence[Row]) -> float:
    """Return the total cost of a reading's unusual forms, 0 or more.

    Args:
        labels: LaTeX of all symbols.
        rows: The layout's rows, see `rows.rows_of`.
    """
    different = set(labels)
    letters = sum(kind_of(label) == "letter" for label in different)
    cost = _NEW_LABEL_COST * len(different) + _NEW_LETTER_COST * letters
    for row in rows:
        deep = sum(labels[head] not in _WITH_LIMITS for head in row.scripts) - 1
        if deep > 0:
            cost += _DEEP_COST * deep * len(row.symbols)
        if row.head is not None and labels[row.head] not in _WITH_LIMITS:
            if row.relation == "Sub":
                cost += _STATEMENT_COST * sum(kind_of(labels[symbol]) == "relation" for symbol in row.symbols)
            elif row.relation == "Sup" and row.of(labels) == ["1"]:
                cost += _FIRST_POWER_COST
    if labels.count(",") == 1 and any(_has_decimal_comma(row.of(labels)) for row in rows if row.relation != "Sub"):
        cost += _COMMA_COST
    return cost


def _has_decimal_comma(row: Sequence[str]) -> bool:
    """Whether there is a comma between two digits, outside of brackets."""
    depth = 0
    for index, label in enumerate(row):
        kind = kind_of(label)
        depth += (kind == "open") - (kind == "close")
        if label == "," and depth <= 0 and 0 < index < len(row) - 1:
            return row[index - 1].isdecimal() and row[index + 1].isdecimal()
    return False
