"""How well expressions are read: exactly, nearly, and part by part."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from digitvision.recognition.expression.layout import LayoutTree, Relation
from digitvision.recognition.expression.reader import ExpressionReader
from digitvision.training.expression.corpus import Expression

NEAR: Final = (1, 2, 3)
"""Edits of LaTeX's tokens up to which a reading counts as nearly right."""

_TOKEN: Final = re.compile(r"\\[a-zA-Z]+|\\.|\S")

SIZES: Final = (5, 10, 20, 40, 80)
"""Strokes up to which expressions are timed together."""


@dataclass(frozen=True, slots=True)
class ExpressionFigures:
    """What was measured; shares from 0 to 1.

    Attributes:
        exact: ExpRate: of expressions whose whole layout tree was read, by its canonical LaTeX; `near` with up to so
            many edits of tokens more.
        exact_trees: The same, the grouping of strokes demanded too.
        symbols_found: Recall of symbols: all of their strokes together and no other; `symbols_right` the precision.
        classes: Of the symbols that were found, those of the right class.
        relations: Of the found symbols whose parent was found too, or that are the root, those with the right parent
            and relation.
        milliseconds: By the largest number of strokes, the median time of a reading.
    """

    expressions: int
    exact: float
    near: dict[int, float]
    exact_trees: float
    symbols_found: float
    symbols_right: float
    classes: float
    relations: float
    milliseconds: dict[int, float]

    @property
    def segmentation(self) -> float:
        """F1 of symbols."""
        both = self.symbols_found + self.symbols_right
        return 2 * self.symbols_found * self.symbols_right / both if both else 0.0


def measure(reader: ExpressionReader, expressions: Sequence[Expression]) -> ExpressionFigures:
    """Read every expression and compare.

    Raises:
        ValueError: There is none.
    """
    if not expressions:
        raise ValueError("there is no expression to measure with")
    distances, trees = [], []
    true = read = found = named = linked = linkable = 0
    times: dict[int, list[float]] = {}
    for one in expressions:
        begun = time.perf_counter()
        tree = reader.read_points(one.points).tree
        passed_ms = (time.perf_counter() - begun) * 1000
        size = next((size for size in SIZES if len(one.points) <= size), len(one.points))
        times.setdefault(size, []).append(passed_ms)
        distances.append(edits(tokens(tree.latex), tokens(one.tree.latex)))
        truth, answer = _by_strokes(one.tree), _by_strokes(tree)
        both = truth.keys() & answer.keys()
        true, read, found = true + len(truth), read + len(answer), found + len(both)
        named += sum(truth[strokes][0] == answer[strokes][0] for strokes in both)
        comparable = [strokes for strokes in both if truth[strokes][1] is None or truth[strokes][1] in both]
        linkable += len(comparable)
        linked += sum(truth[strokes][1:] == answer[strokes][1:] for strokes in comparable)
        trees.append(truth == answer)
    count = len(expressions)
    edit = np.array(distances)
    return ExpressionFigures(
        expressions=count,
        exact=float((edit == 0).mean()),
        near={limit: float((edit <= limit).mean()) for limit in NEAR},
        exact_trees=sum(trees) / count,
        symbols_found=found / true,
        symbols_right=found / read,
        classes=named / max(found, 1),
        relations=linked / max(linkable, 1),
        milliseconds={size: float(np.median(values)) for size, values in sorted(times.items())},
    )


def tokens(latex: str) -> list[str]:
    """The commands, characters and braces of LaTeX."""
    return _TOKEN.findall(latex)


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """The least number of tokens to insert, take out or replace (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for place, token in enumerate(one, start=1):
        before, row[0] = row[0], place
        for column, wanted in enumerate(other, start=1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (token != wanted))
    return row[-1]


_Strokes = tuple[int, ...]


def _by_strokes(tree: LayoutTree) -> dict[_Strokes, tuple[str, _Strokes | None, Relation | None]]:
    """Each symbol's label, its parent's strokes and its relation, by its strokes."""
    strokes = [tuple(sorted(symbol.strokes)) for symbol in tree.symbols]
    found: dict[_Strokes, tuple[str, _Strokes | None, Relation | None]] = {
        own: (symbol.label, None, None) for own, symbol in zip(strokes, tree.symbols, strict=True)
    }
    for parent, child, relation in tree.relations:
        found[strokes[child]] = (tree.symbols[child].label, strokes[parent], relation)
    return found
