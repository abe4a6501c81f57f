"""The rows of a layout without its labels: which symbols make a row, and which symbol each row hangs on."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitvision.recognition.expression.layout import LayoutTree, Relation


@dataclass(frozen=True, slots=True)
class Row:
    """Symbols that follow one another from left to right.

    Attributes:
        symbols: Indices of its symbols, from left to right.
        relation: The row's relation to the symbol that it hangs on; `Right` for the outermost row.
        scripts: Indices of the symbols in whose scripts the row stands, the nearest first.
        head: Index of the symbol that the row hangs on; None for the outermost row.
    """

    symbols: tuple[int, ...]
    relation: Relation = "Right"
    scripts: tuple[int, ...] = ()
    head: int | None = None

    def of(self, labels: Sequence[str]) -> list[str]:
        """Return its symbols' labels, given the labels of all symbols of the layout."""
        return [labels[symbol] for symbol in self.symbols]


def rows_of(tree: LayoutTree) -> tuple[Row, ...]:
    """Return the rows of a tree; each stands after the row that it hangs on."""
    following: dict[int, int] = {}
    hanging: dict[int, list[tuple[int, Relation]]] = {}
    for parent, child, relation in tree.relations:
        if relation == "Right":
            following[parent] = child
        else:
            hanging.setdefault(parent, []).append((child, relation))
    found = []
    waiting = [(tree.root, Row(()))]
    while waiting:
        begin, row = waiting.pop()
        symbols = [begin]
        while symbols[-1] in following:
            symbols.append(following[symbols[-1]])
        found.append(Row(tuple(symbols), row.relation, row.scripts, row.head))
        for symbol in symbols:
            for child, relation in hanging.get(symbol, ()):
                scripts = (symbol, *row.scripts) if relation in ("Sub", "Sup") else row.scripts
                waiting.append((child, Row((), relation, scripts, symbol)))
    return tuple(found)
