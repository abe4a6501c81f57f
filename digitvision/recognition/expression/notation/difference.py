"""Differences between two readings of an expression, and short forms that show them."""

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
"""Stands for items that are left out."""

_FEWEST: Final = 2
"""Fewest items of a row that are replaced by dots: a single sign takes no more room than the dots."""

_FEWEST_ALONE: Final = 3
"""Fewest symbols of a row that is displayed without the rows around it: one sign or two could be anywhere."""

_AROUND: Final = (3, 1)
"""Number of items that are kept on both sides of a difference, in the longer and in the shorter form."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences of a tree from another one of the same strokes.

    Attributes:
        changed: Indices of the symbols that have another class or position.
        context: Indices of the symbols that show the position: those that the changed ones hang on now, and before.
        outermost: Whether some of them stand in the outermost row now, or did before.
    """

    changed: frozenset[int]
    context: frozenset[int] = frozenset()
    outermost: bool = False


def difference_of(tree: LayoutTree, before: LayoutTree) -> Difference:
    """Find the differences of `tree` from `before`; glyphs with the same strokes correspond.

    A symbol has moved when its whole row has: above, below or inside something else. Trees without strokes, as those of
    pictures, are rows, which are compared sign by sign.
    """
    if not all(symbol.strokes for symbol in (*tree.symbols, *before.symbols)):
        return Difference(_changed_labels(tree, before), outermost=True)
    same = {frozenset(symbol.strokes): index for index, symbol in enumerate(before.symbols)}
    holders, holders_before = _holders(tree), _holders(before)
    changed: set[int] = set()
    context: set[int] = set()
    outermost = False
    for index, symbol in enumerate(tree.symbols):
        other = same.get(frozenset(symbol.strokes))
        holder, holder_before = holders[index], None if other is None else holders_before[other]
        moved = other is not None and _has_moved(tree, holder, before, holder_before)
        if other is not None and not moved and before.symbols[other].label == symbol.label:
            continue
        changed.add(index)
        if holder is None or (moved and holder_before is None):
            outermost = True
        if moved:
            context.update(
                [] if holder is None else [holder[0]],
                [] if holder_before is None else _symbols_sharing_strokes(tree, before, holder_before[0]),
            )
    return Difference(frozenset(changed), frozenset(context), outermost)


def _changed_labels(tree: LayoutTree, before: LayoutTree) -> frozenset[int]:
    labels, labels_before = ([symbol.label for symbol in one.symbols] for one in (tree, before))
    blocks = difflib.SequenceMatcher(None, labels_before, labels, autojunk=False).get_matching_blocks()
    kept = {index for block in blocks for index in range(block.b, block.b + block.size)}
    return frozenset(range(len(labels))) - kept


_Holder = tuple[int, Relation] | None
"""The symbol that a row hangs on, and the relation; None for the outermost row."""


def _holders(tree: LayoutTree) -> list[_Holder]:
    """Return the holder of each symbol's row."""
    parents: dict[int, tuple[int, Relation]] = {child: (parent, where) for parent, child, where in tree.relations}
    found: list[_Holder] = []
    for index in range(len(tree.symbols)):
        holder = index
        while holder in parents and parents[holder][1] == "Right":
            holder = parents[holder][0]
        found.append(parents.get(holder))
    return found


def _has_moved(tree: LayoutTree, holder: _Holder, before: LayoutTree, holder_before: _Holder) -> bool:
    if holder is None or holder_before is None:
        return holder is not holder_before
    strokes, strokes_before = tree.symbols[holder[0]].strokes, before.symbols[holder_before[0]].strokes
    return holder[1] != holder_before[1] or set(strokes).isdisjoint(strokes_before)


def _symbols_sharing_strokes(tree: LayoutTree, before: LayoutTree, index: int) -> list[int]:
    """Return the symbols that have strokes in common with a symbol of the tree before."""
    strokes = set(before.symbols[index].strokes)
    return [index for index, symbol in enumerate(tree.symbols) if not strokes.isdisjoint(symbol.strokes)]


def shortened(tree: LayoutTree, difference: Difference) -> Iterator[Row]:
    """Yield shorter forms of a tree that still show the differences, each shorter than the one before.

    The first are outlines, with dots for what is the same; the others outlines of the innermost row with all
    differences. Of both kinds the first shows more of what stands beside the differences.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    wanted = difference.changed | difference.context
    row = structure_of(tree)
    forms = [_outline(row, wanted, around) for around in _AROUND]
    inner = row if difference.outermost else _innermost(row, wanted)
    if inner is not row:
        for around in _AROUND:
            part = _outline(inner, wanted, around)
            forms.append((*([DOTS] if part[0] != DOTS else []), *part, *([DOTS] if part[-1] != DOTS else [])))
    yield from dict.fromkeys(forms)


def _innermost(row: Row, wanted: frozenset[int]) -> Row:
    """Return the innermost row that contains all wanted symbols, with something beside them."""
    for item in row:
        for inner in rows_within(item):
            if wanted.issubset(_symbols_in(inner)):
                found = _innermost(inner, wanted)
                return row if found is inner and len(set(_symbols_in(inner))) < _FEWEST_ALONE else found
    return row


def _symbols_in(row: Row) -> Iterator[int]:
    """Yield all symbols in a row and in the rows within it."""
    for item in row:
        yield from _own_symbols(base_of(item))
        for inner in rows_within(item):
            yield from _symbols_in(inner)


def _own_symbols(base: Base) -> tuple[int, ...]:
    return base.opening.symbols + base.closing.symbols if isinstance(base, Fenced) else base.symbols


def _outline(row: Row, wanted: frozenset[int], around: int) -> Row:
    """Replace by dots what contains no wanted symbols and is more than `around` places away from such.

    What is nested, such as a fraction, stands for itself only where more than the next places are kept.
    """
    holds = [not wanted.isdisjoint(_symbols_in((item,))) for item in row]
    kept: list[Item] = []
    left_out: list[Item] = []
    for index, item in enumerate(row):
        if holds[index]:
            kept += _dotted(left_out)
            left_out = []
            kept.append(_outlined(item, wanted, around))
        elif (isinstance(item, Atom) or around > 1) and any(holds[max(index - around, 0) : index + around + 1]):
            kept += [*_dotted(left_out), item]
            left_out = []
        else:
            left_out.append(item)
    return (*kept, *_dotted(left_out))


def _dotted(items: list[Item]) -> list[Item]:
    return items if len(items) < _FEWEST and all(isinstance(item, Atom) for item in items) else [DOTS]


def _outlined(item: Item, wanted: frozenset[int], around: int) -> Item:
    """Return an item that contains wanted symbols, with the rest of it in outline."""
    if isinstance(item, Scripted):
        base = _outlined(item.base, wanted, around)
        assert not isinstance(base, Scripted)
        return Scripted(base, _outline_if_any(item.below, wanted, around), _outline_if_any(item.above, wanted, around))
    if isinstance(item, Fraction):
        return Fraction(_outline(item.above, wanted, around), _outline(item.below, wanted, around), item.symbols)
    if isinstance(item, Root):
        return Root(_outline(item.inside, wanted, around), _outline_if_any(item.degree, wanted, around), item.symbols)
    if isinstance(item, Fenced):
        return Fenced(item.opening, _outline(item.inside, wanted, around), item.closing)
    return item


def _outline_if_any(row: Row | None, wanted: frozenset[int], around: int) -> Row | None:
    return None if row is None else _outline(row, wanted, around)
