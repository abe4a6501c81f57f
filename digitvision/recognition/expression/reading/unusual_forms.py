r"""What people who write formulas rarely do, though the ink may look like it: costs, as logarithms.

A formula has few different letters, and uses them again; what follows an exponent is rarely the exponent's subscript; a
subscript says which, and states nothing; nobody writes a first power, but many a prime; and between digits there is
rather a point than a comma. Weights were chosen on CROHME's development sets, see `resources/recipes/equations.md`.
"""

from collections.abc import Sequence
from typing import Final

from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.reading.rows import Row

_NEW_LABEL_COSTS: Final = 0.2
"""Of each different label."""

_NEW_LETTER_COSTS: Final = 0.7
"""Of each different letter, beyond that."""

_DEEP_COSTS: Final = 1.0
"""Of each symbol, for each script more than one that it stands in."""

_STATEMENT_COSTS: Final = 1.0
"""Of each relation sign in a subscript."""

_FIRST_POWER_COSTS: Final = 1.0

_COMMA_COSTS: Final = 1.6
"""Of the only comma between digits: six in seven of CROHME's formulas have a point, whole countries do not."""

_WITH_LIMITS: Final = frozenset([r"\sum", r"\int", r"\lim", r"\log", r"\exists", r"\forall"])
"""Their scripts are limits, which have relations and scripts of their own."""


def unusual_forms_cost(labels: Sequence[str], rows: Sequence[Row]) -> float:
    """What a reading's oddities cost together, from 0 on.

    Args:
        labels: Of all symbols.
        rows: Of the layout, see `rows.rows_of`.
    """
    different = set(labels)
    letters = sum(kind_of(label) == "letter" for label in different)
    cost = _NEW_LABEL_COSTS * len(different) + _NEW_LETTER_COSTS * letters
    for row in rows:
        deep = sum(labels[head] not in _WITH_LIMITS for head in row.scripts) - 1
        if deep > 0:
            cost += _DEEP_COSTS * deep * len(row.places)
        if row.head is not None and labels[row.head] not in _WITH_LIMITS:
            if row.relation == "Sub":
                cost += _STATEMENT_COSTS * sum(kind_of(labels[place]) == "relation" for place in row.places)
            elif row.relation == "Sup" and row.of(labels) == ["1"]:
                cost += _FIRST_POWER_COSTS
    if labels.count(",") == 1 and any(_has_decimal_comma(row.of(labels)) for row in rows if row.relation != "Sub"):
        cost += _COMMA_COSTS
    return cost


def _has_decimal_comma(row: Sequence[str]) -> bool:
    """Whether there is a comma between two digits, outside of brackets."""
    depth = 0
    for place, label in enumerate(row):
        kind = kind_of(label)
        depth += (kind == "open") - (kind == "close")
        if label == "," and depth <= 0 and 0 < place < len(row) - 1:
            return row[place - 1].isdecimal() and row[place + 1].isdecimal()
    return False
