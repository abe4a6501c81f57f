"""A row that is read from left to right, and what is known of its letters."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.notation.structure import Atom, Item, Row, base_kind, is_atom
from digitvision.recognition.expression.semantics.terms import Term
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

CONSTANTS: Final = {"e": "e", "i": "i", r"\pi": "pi"}
"""Names of constants by the labels of their letters."""

UNKNOWN: Final = "?"
"""The sign, and the name of the symbol, that stands for what is asked for within an equation: `5 + ? = 8`."""


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
        commas: Whether numbers have decimal commas, so that `1.234` may be a thousand and more.
    """

    functions: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()
    formulas: frozenset[str] = frozenset()
    units: bool = False
    commas: bool = False


NO_NAMES: Final = Names()
"""Nothing is known: an expression by itself."""


def label_of(item: Item) -> str:
    """Return the label of a bare atom; empty for anything else."""
    return item.label if isinstance(item, Atom) else ""


def name_of(label: str) -> str:
    """Return a letter's label without its backslash."""
    return label.removeprefix("\\")


class RowCursor(ABC):
    """A place in a row, with the ways to move on from it."""

    def __init__(
        self,
        items: Sequence[Item],
        names: Names = NO_NAMES,
        running: frozenset[str] = frozenset(),
        depth: int = 0,
    ) -> None:
        self._items = tuple(items)
        self._at = 0
        self._names = names
        self._running = running
        self._depth = depth
        # The place after the last unit: after a sign that follows it, a unit needs no number.
        self._unit_end = -1

    @abstractmethod
    def whole(self) -> Term:
        """Parse the whole row as one term.

        Raises:
            UnclearError: The row is no term, or more than one.
        """

    @abstractmethod
    def _product(self) -> Term:
        """Parse the product that begins here."""

    def _next(self) -> Item | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def _next_kind(self) -> str:
        item = self._next()
        return "" if item is None else base_kind(item)

    def _take(self) -> Item:
        item = self._next()
        if item is None:
            raise UnclearError
        self._at += 1
        return item

    def _operator(self, labels: frozenset[str]) -> str | None:
        """Consume and return the next operator if it is one of these; else None."""
        item = self._next()
        if item is None or not is_atom(item, "operator") or label_of(item) not in labels:
            return None
        self._at += 1
        return label_of(item)

    def _inner(self, row: Row, running: frozenset[str] = frozenset()) -> Term:
        return type(self)(row, self._names, self._running | running, self._depth + 1).whole()
