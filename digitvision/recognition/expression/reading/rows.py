"""A layout without its labels: which symbols make rows, and what each row hangs on."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitvision.recognition.expression.layout import LayoutTree, Relation


@dataclass(frozen=True, slots=True)
class Row:
    """Symbols one after the other.

    Attributes:
        places: Of its symbols, from left to right.
        relation: How it stands to the symbol that it hangs on; `Right` for the outermost row.
        scripts: The symbols whose scripts it stands in, the nearest first.
        head: The symbol that it hangs on; None for the outermost row.
    """

    places: tuple[int, ...]
    relation: Relation = "Right"
    scripts: tuple[int, ...] = ()
    head: int | None = None

    def of(self, labels: Sequence[str]) -> list[str]:
        """Its symbols' labels, where those of all symbols are these."""
        return [labels[place] for place in self.places]


def rows_of(tree: LayoutTree) -> tuple[Row, ...]:
    """The rows of a tree: what a row hangs on stands in a row before it."""
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
        places = [begin]
        while places[-1] in following:
            places.append(following[places[-1]])
        found.append(Row(tuple(places), row.relation, row.scripts, row.head))
        for place in places:
            for child, relation in hanging.get(place, ()):
                scripts = (place, *row.scripts) if relation in ("Sub", "Sup") else row.scripts
                waiting.append((child, Row((), relation, scripts, place)))
    return tuple(found)
