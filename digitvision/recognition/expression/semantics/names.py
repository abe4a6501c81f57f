"""What letters stand for where an expression is one of several, as on a page."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of letters before an expression is interpreted; they are names of symbols as in `terms.Term`.

    Attributes:
        functions: Names that were defined as functions: `f(2)` is then a call.
        values: Names that have a value somewhere: `a(2)` is then a product, and letters behind a number are no unit if
            all of them have a value.
        quantities: Those of `values` whose value has a unit.
        formulas: Those of `values` whose value has unknowns: `y(2)` may then be the value at 2.
        units: Whether letters behind a number may be a unit.
    """

    functions: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()
    units: bool = False


NO_NAMES: Final = Names()
"""Nothing is known: an expression by itself."""
