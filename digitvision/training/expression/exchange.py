"""Expressions with parts or symbols of others, or written in another order."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.stroke_features import Points, unit_of
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.subexpressions import part_of

_MOST_LARGER: Final = 3
"""How many more symbols a part may have than the one that it replaces."""

_WIDER: Final = 1.3
_SMALLEST: Final = 0.6
"""Smallest scale of a new part, as a multiple of the one that makes its symbols as large as the old ones; a part that
would become smaller is not put in."""


def with_exchange(expression: Expression, donors: Sequence[Expression], generator: np.random.Generator) -> Expression:
    """Replace a script, a side of a fraction, a limit or a radicand by a part of another expression.

    This keeps the networks from guessing a formula from its beginning. An expression without such parts stays as it is,
    and so does one where the new part does not fit.

    Args:
        expression: What was written.
        donors: Expressions that the part may come from.
        generator: The source of chance.
    """
    tree = expression.tree
    links = [(parent, child, relation) for parent, child, relation in tree.relations if relation != "Right"]
    if not links:
        return expression
    parent, begin, relation = links[int(generator.integers(len(links)))]
    out = _below(tree, begin)
    new = part_of(donors[int(generator.integers(len(donors)))], generator)
    if len(new.tree.symbols) > len(out) + _MOST_LARGER:
        return expression
    removed = sorted(stroke for index in out for stroke in tree.symbols[index].strokes)
    old_points = expression.points[removed]
    low, high = old_points.min(axis=(0, 1)), old_points.max(axis=(0, 1))
    new_low, new_high = new.points.min(axis=(0, 1)), new.points.max(axis=(0, 1))
    alike = unit_of(old_points) / unit_of(new.points)
    scale = min(alike, _WIDER * float(high[0] - low[0]) / max(float(new_high[0] - new_low[0]), 1e-9))
    if relation == "Inside":
        scale = min(scale, _WIDER * float(high[1] - low[1]) / max(float(new_high[1] - new_low[1]), 1e-9))
    if scale < _SMALLEST * alike:
        return expression
    points = (new.points - new_low) * scale
    size = (new_high - new_low) * scale
    left = (low[0] + high[0] - size[0]) / 2 if relation in ("Above", "Below") else low[0]
    top = {"Above": high[1] - size[1], "Below": low[1]}.get(relation, (low[1] + high[1] - size[1]) / 2)
    points = points + np.array([left, top])

    kept = [index for index in range(len(tree.symbols)) if index not in out]
    kept_strokes = [stroke for stroke in range(len(expression.points)) if stroke not in set(removed)]
    times = [float(stroke) for stroke in kept_strokes]
    times += [removed[0] + (number + 1) / (len(points) + 2) for number in range(len(points))]
    order = np.argsort(times, kind="stable")
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    at = {stroke: int(rank[number]) for number, stroke in enumerate(kept_strokes)}
    symbols = [_renumber(tree.symbols[index], at) for index in kept]
    at_new = {number: int(rank[len(kept_strokes) + number]) for number in range(len(points))}
    symbols += [_renumber(symbol, at_new) for symbol in new.tree.symbols]
    number_of = {index: number for number, index in enumerate(kept)}
    relations = [
        (number_of[one], number_of[other], how)
        for one, other, how in tree.relations
        if one in number_of and other in number_of
    ]
    relations.append((number_of[parent], len(kept) + new.tree.root, relation))
    relations += [(len(kept) + one, len(kept) + other, how) for one, other, how in new.tree.relations]
    joined = np.concatenate([expression.points[kept_strokes], points])[order]
    return Expression(joined, LayoutTree(tuple(symbols), tuple(relations)), expression.writer)


def with_late_stroke(expression: Expression, generator: np.random.Generator) -> Expression:
    """Move one stroke to another time, mostly to the end, where dots and bars are often written."""
    count = len(expression.points)
    order = list(range(count))
    moved = order.pop(int(generator.integers(count)))
    order.insert(count if generator.random() < 0.7 else int(generator.integers(count)), moved)
    return reordered(expression, order)


def with_other_order(expression: Expression, generator: np.random.Generator) -> Expression:
    """Return the expression with its symbols written in random order."""
    symbols = expression.tree.symbols
    order = [stroke for index in generator.permutation(len(symbols)).tolist() for stroke in symbols[index].strokes]
    return reordered(expression, order)


def reordered(expression: Expression, order: Sequence[int]) -> Expression:
    """Return the expression with its strokes written in this order of their indices."""
    at = {old: new for new, old in enumerate(order)}
    symbols = tuple(_renumber(symbol, at) for symbol in expression.tree.symbols)
    return Expression(expression.points[list(order)], LayoutTree(symbols, expression.tree.relations), expression.writer)


def with_symbols(expression: Expression, written: Mapping[int, tuple[str, Points]]) -> Expression:
    """Replace symbols; the new strokes are written when the old ones were.

    Args:
        expression: What was written.
        written: Label and strokes, float64 [K, 32, 2], by the index of the symbol that they replace.
    """
    pieces: list[tuple[float, int, NDArray[np.float64]]] = []
    labels = []
    for index, symbol in enumerate(expression.tree.symbols):
        label, strokes = written.get(index, (symbol.label, expression.points[list(symbol.strokes)]))
        labels.append(label)
        times = np.array(symbol.strokes, np.float64)
        if len(strokes) == 1 or len(strokes) != len(times):
            times = np.linspace(symbol.strokes[0], symbol.strokes[-1] + 0.5, len(strokes))
        pieces += [(float(time), index, points) for time, points in zip(times, strokes, strict=True)]
    pieces.sort(key=lambda piece: piece[0])
    owned: list[list[int]] = [[] for _ in labels]
    for number, (_, index, _) in enumerate(pieces):
        owned[index].append(number)
    symbols = tuple(Symbol(label, tuple(own)) for label, own in zip(labels, owned, strict=True))
    points = np.stack([points for _, _, points in pieces])
    return Expression(points, LayoutTree(symbols, expression.tree.relations), expression.writer, expression.source)


def _renumber(symbol: Symbol, at: dict[int, int]) -> Symbol:
    return Symbol(symbol.label, tuple(sorted(at[stroke] for stroke in symbol.strokes)))


def _below(tree: LayoutTree, index: int) -> set[int]:
    """Return the indices of a symbol and its descendants, also where two have the same parent and relation."""
    children: dict[int, list[int]] = {}
    for parent, child, _ in tree.relations:
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    pending = [index]
    while pending:
        now = pending.pop()
        found.add(now)
        pending += children.get(now, ())
    return found
