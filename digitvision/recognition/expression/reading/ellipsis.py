r"""Three dots in a row are one symbol: `\ldots`."""

from collections.abc import Iterator
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree, Symbol

DOT: Final = "."
DOTS: Final = r"\ldots"
_STROKES: Final = 3


def with_dots(tree: LayoutTree) -> LayoutTree:
    r"""Return the tree with three dots in a row as one symbol; the same tree where there are none.

    Some corpora label each of the dots as a symbol, and networks that were trained on them read each by itself.
    """
    head_of = {symbol: run[0] for run in _runs(tree) for symbol in run}
    if not head_of:
        return tree
    kept = [symbol for symbol in range(len(tree.symbols)) if head_of.get(symbol, symbol) == symbol]
    new_index = {symbol: index for index, symbol in enumerate(kept)}
    owned: dict[int, list[int]] = {}
    for symbol, head in head_of.items():
        owned.setdefault(head, []).extend(tree.symbols[symbol].strokes)
    symbols = tuple(
        Symbol(DOTS, tuple(sorted(owned[symbol]))) if symbol in owned else tree.symbols[symbol] for symbol in kept
    )
    relations = tuple(
        (new_index[head_of.get(parent, parent)], new_index[child], relation)
        for parent, child, relation in tree.relations
        if child in new_index
    )
    return LayoutTree(symbols, relations)


def _runs(tree: LayoutTree) -> Iterator[list[int]]:
    """Yield the indices of dots that follow each other, of three strokes in all, without scripts but at the last."""
    before = {child: parent for parent, child, relation in tree.relations if relation == "Right"}

    def is_dot(symbol: int | None) -> bool:
        return symbol is not None and tree.symbols[symbol].label in (DOT, DOTS)

    for symbol in range(len(tree.symbols)):
        if not is_dot(symbol) or is_dot(before.get(symbol)):
            continue
        run = []
        for one in tree.row(symbol):
            if not is_dot(one):
                break
            run.append(one)
        strokes = sum(len(tree.symbols[one].strokes) for one in run)
        bare = all(tree.children(one).keys() == {"Right"} for one in run[:-1])
        if len(run) > 1 and strokes == _STROKES and bare:
            yield run
