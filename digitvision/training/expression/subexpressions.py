"""Parts of expressions that are expressions themselves."""

import numpy as np

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.training.expression.corpus import Expression


def part_of(expression: Expression, generator: np.random.Generator) -> Expression:
    """Return a random part that is an expression: symbols of a row that follow one another, with their descendants."""
    tree = expression.tree
    if len(tree.symbols) < 3:
        return expression
    rows: list[list[int]] = []
    begins = {child for _, child, relation in tree.relations if relation != "Right"} | {tree.root}
    for begin in begins:
        rows.append(list(tree.row(begin)))
    sizes = np.array([len(row) for row in rows], np.float64)
    row = rows[int(generator.choice(len(rows), p=sizes / sizes.sum()))]
    first = int(generator.integers(0, len(row)))
    last = int(generator.integers(first, len(row)))
    kept: set[int] = set()
    pending = [(index, index == row[last]) for index in row[first : last + 1]]
    while pending:
        index, is_end = pending.pop()
        if index in kept:
            continue
        kept.add(index)
        for relation, child in tree.children(index).items():
            if relation != "Right" or (not is_end and index not in row):
                pending.append((child, False))
    if len(kept) == len(tree.symbols):
        return expression
    return _only(expression, sorted(kept))


def _only(expression: Expression, kept: list[int]) -> Expression:
    """Return the expression of these symbols, which have to be a tree by themselves."""
    tree = expression.tree
    strokes = sorted(stroke for index in kept for stroke in tree.symbols[index].strokes)
    new_stroke = {stroke: index for index, stroke in enumerate(strokes)}
    new_index = {old: new for new, old in enumerate(kept)}
    symbols = tuple(
        Symbol(tree.symbols[index].label, tuple(new_stroke[stroke] for stroke in tree.symbols[index].strokes))
        for index in kept
    )
    relations = tuple(
        (new_index[parent], new_index[child], relation)
        for parent, child, relation in tree.relations
        if parent in new_index and child in new_index
    )
    return Expression(expression.points[strokes], LayoutTree(symbols, relations), expression.writer)
