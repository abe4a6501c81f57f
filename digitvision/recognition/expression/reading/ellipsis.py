r"""Three dots in a row, which are one symbol: `\ldots`."""

from collections.abc import Iterator
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree, Symbol

DOT: Final = "."
DOTS: Final = r"\ldots"
_STROKES: Final = 3


def with_dots(tree: LayoutTree) -> LayoutTree:
    r"""The tree with three dots in a row as one symbol; the same one where there are none.

    Some sources of expressions take each of the dots for itself, and so do networks that have learned from them.
    """
    head_of = {place: run[0] for run in _runs(tree) for place in run}
    if not head_of:
        return tree
    kept = [place for place in range(len(tree.symbols)) if head_of.get(place, place) == place]
    number_of = {place: number for number, place in enumerate(kept)}
    owned: dict[int, list[int]] = {}
    for place, head in head_of.items():
        owned.setdefault(head, []).extend(tree.symbols[place].strokes)
    symbols = tuple(
        Symbol(DOTS, tuple(sorted(owned[place]))) if place in owned else tree.symbols[place] for place in kept
    )
    relations = tuple(
        (number_of[head_of.get(parent, parent)], number_of[child], relation)
        for parent, child, relation in tree.relations
        if child in number_of
    )
    return LayoutTree(symbols, relations)


def _runs(tree: LayoutTree) -> Iterator[list[int]]:
    """The places of dots that follow each other, of three strokes in all, with no script but at the last one."""
    before = {child: parent for parent, child, relation in tree.relations if relation == "Right"}

    def is_dot(place: int | None) -> bool:
        return place is not None and tree.symbols[place].label in (DOT, DOTS)

    for place in range(len(tree.symbols)):
        if not is_dot(place) or is_dot(before.get(place)):
            continue
        run = []
        for one in tree.row(place):
            if not is_dot(one):
                break
            run.append(one)
        strokes = sum(len(tree.symbols[one].strokes) for one in run)
        bare = all(tree.children(one).keys() == {"Right"} for one in run[:-1])
        if len(run) > 1 and strokes == _STROKES and bare:
            yield run
