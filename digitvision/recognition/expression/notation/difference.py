"""What one reading of an expression has otherwise than another one, and how to show that in little room."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree, Relation
from digitvision.recognition.expression.notation.structure import (
    Atom,
    Base,
    Fenced,
    Fraction,
    Item,
    Root,
    Row,
    Scripted,
    base_of,
    rows_within,
    structure_of,
)

DOTS: Final = Atom("other", r"\ldots")
"""Stands for what is left out."""

_FEWEST: Final = 2
"""Items in a row that are worth leaving out: a single sign takes no more room than the dots."""

_LEAST_AROUND: Final = 2
"""Items of a row that is shown without what is around it: a sign alone might stand anywhere."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a tree has otherwise than another one of the same strokes.

    Attributes:
        changed: The symbols that are others or stand elsewhere, by their places in the tree.
        around: Those that say where: what they stand at now, and what they stood at before.
        outermost: Whether some of them stand in the outermost row now, or did before.
    """

    changed: frozenset[int]
    around: frozenset[int] = frozenset()
    outermost: bool = False


def difference_of(tree: LayoutTree, before: LayoutTree) -> Difference:
    """What `tree` has otherwise than `before`, glyphs being the same where their strokes are.

    A symbol stands elsewhere when its whole row does: above, below or inside something else. Trees without strokes,
    as those of pictures, are rows, which are compared sign by sign.
    """
    if not all(symbol.strokes for symbol in (*tree.symbols, *before.symbols)):
        return Difference(_changed_signs(tree, before), outermost=True)
    same = {frozenset(symbol.strokes): place for place, symbol in enumerate(before.symbols)}
    holders, holders_before = _holders(tree), _holders(before)
    changed: set[int] = set()
    around: set[int] = set()
    outermost = False
    for place, symbol in enumerate(tree.symbols):
        other = same.get(frozenset(symbol.strokes))
        now, then = holders[place], None if other is None else holders_before[other]
        moved = other is not None and _elsewhere(tree, now, before, then)
        if other is not None and not moved and before.symbols[other].label == symbol.label:
            continue
        changed.add(place)
        if now is None or (moved and then is None):
            outermost = True
        if moved:
            around.update([] if now is None else [now[0]], [] if then is None else _with(tree, before, then[0]))
    return Difference(frozenset(changed), frozenset(around), outermost)


def _changed_signs(tree: LayoutTree, before: LayoutTree) -> frozenset[int]:
    now, then = ([symbol.label for symbol in one.symbols] for one in (tree, before))
    blocks = difflib.SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks()
    kept = {place for block in blocks for place in range(block.b, block.b + block.size)}
    return frozenset(range(len(now))) - kept


_Holder = tuple[int, Relation] | None
"""The symbol that a row stands at, and where; None for the outermost."""


def _holders(tree: LayoutTree) -> list[_Holder]:
    """Of each symbol, its row's."""
    parents: dict[int, tuple[int, Relation]] = {child: (parent, where) for parent, child, where in tree.relations}
    found: list[_Holder] = []
    for place in range(len(tree.symbols)):
        now = place
        while now in parents and parents[now][1] == "Right":
            now = parents[now][0]
        found.append(parents.get(now))
    return found


def _elsewhere(tree: LayoutTree, now: _Holder, before: LayoutTree, then: _Holder) -> bool:
    if now is None or then is None:
        return now is not then
    strokes, strokes_before = tree.symbols[now[0]].strokes, before.symbols[then[0]].strokes
    return now[1] != then[1] or set(strokes).isdisjoint(strokes_before)


def _with(tree: LayoutTree, before: LayoutTree, place: int) -> list[int]:
    """The symbols that have strokes of one in the tree before."""
    strokes = set(before.symbols[place].strokes)
    return [place for place, symbol in enumerate(tree.symbols) if not strokes.isdisjoint(symbol.strokes)]


def shortened(tree: LayoutTree, difference: Difference) -> Iterator[Row]:
    """Shorter forms of a tree that still show what is different, each shorter than the one before.

    First the whole in outline, with dots for what is the same; then only the innermost row that holds all of it.

    Raises:
        LayoutError: Scripts within scripts are deeper than anybody writes.
    """
    shown = difference.changed | difference.around
    row = structure_of(tree)
    outline = _outline(row, shown)
    yield outline
    inner = row if difference.outermost else _innermost(row, shown)
    if inner is not row:
        part = _outline(inner, shown)
        yield (*([DOTS] if part[0] != DOTS else []), *part, *([DOTS] if part[-1] != DOTS else []))


def _innermost(row: Row, shown: frozenset[int]) -> Row:
    """The innermost row that holds all that is to be shown, with something beside it."""
    for item in row:
        for inner in rows_within(item):
            if shown.issubset(_places(inner)):
                found = _innermost(inner, shown)
                return row if found is inner and len(inner) < _LEAST_AROUND else found
    return row


def _places(row: Row) -> Iterator[int]:
    """Of all symbols in a row and in the rows within it."""
    for item in row:
        yield from _own_places(base_of(item))
        for inner in rows_within(item):
            yield from _places(inner)


def _own_places(base: Base) -> tuple[int, ...]:
    return base.opening.places + base.closing.places if isinstance(base, Fenced) else base.places


def _outline(row: Row, shown: frozenset[int]) -> Row:
    """A row with dots for what holds nothing that is to be shown and does not stand next to such."""
    holds = [not shown.isdisjoint(_places((item,))) for item in row]
    kept: list[Item] = []
    left_out: list[Item] = []
    for place, item in enumerate(row):
        if holds[place]:
            kept += _dotted(left_out)
            left_out = []
            kept.append(_outlined(item, shown))
        elif isinstance(item, Atom) and any(holds[max(place - 1, 0) : place + 2]):
            kept += [*_dotted(left_out), item]
            left_out = []
        else:
            left_out.append(item)
    return (*kept, *_dotted(left_out))


def _dotted(items: list[Item]) -> list[Item]:
    return items if len(items) < _FEWEST and all(isinstance(item, Atom) for item in items) else [DOTS]


def _outlined(item: Item, shown: frozenset[int]) -> Item:
    """An item that holds something to be shown, with the rest of it in outline."""
    if isinstance(item, Scripted):
        base = _outlined(item.base, shown)
        assert not isinstance(base, Scripted)
        return Scripted(base, _outline_if_any(item.below, shown), _outline_if_any(item.above, shown))
    if isinstance(item, Fraction):
        return Fraction(_outline(item.above, shown), _outline(item.below, shown), item.places)
    if isinstance(item, Root):
        return Root(_outline(item.inside, shown), _outline_if_any(item.degree, shown), item.places)
    if isinstance(item, Fenced):
        return Fenced(item.opening, _outline(item.inside, shown), item.closing)
    return item


def _outline_if_any(row: Row | None, shown: frozenset[int]) -> Row | None:
    return None if row is None else _outline(row, shown)
