"""Metrics of reading expressions: exact readings, nearly right ones, and parts of them."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation
from digitvision.recognition.expression.reading.reader import ExpressionReader, ExpressionReading
from digitvision.training.data.dataset import Progress
from digitvision.training.expression.corpus import Expression

NEAR: Final = (1, 2, 3)
"""Numbers of edits of LaTeX tokens up to which readings are counted as nearly right."""

SIZES: Final = (5, 10, 20, 40, 80)
"""Largest numbers of strokes of the groups in which times are measured."""

_TOKEN: Final = re.compile(r"\\[a-zA-Z]+|\\.|\S")
_UNREADABLE: Final = 10**6


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The reading of one expression.

    Attributes:
        truth: What was written.
        reading: What was read.
        milliseconds: The time of the reading, from resampled strokes on.
        edits: Number of LaTeX tokens to insert, remove or replace until the reading is right.
    """

    truth: Expression
    reading: ExpressionReading
    milliseconds: float
    edits: int

    @property
    def right(self) -> bool:
        """Whether the whole layout tree was read, by its canonical LaTeX."""
        return self.edits == 0


@dataclass(frozen=True, slots=True)
class ExpressionFigures:
    """All figures; shares from 0 to 1.

    Attributes:
        exact: ExpRate, the share of expressions whose whole layout tree was read, compared by canonical LaTeX; `near`
            the shares with up to so many edits.
        exact_trees: The share where the grouping of strokes is right, too.
        symbols_found: Recall of symbols, found with all of their strokes and no other; `symbols_right` the precision.
        named_found: Recall of symbols that were found with the right class; `named_right` the precision.
        linked_found: Recall of relations between found symbols, with the right parent; `linked_right` the precision.
        classes: Share of the found symbols that have the right class.
        relations: Share with the right parent and relation, of the found symbols whose parent was found or that are
            the root.
        milliseconds: Median time of a reading by the largest number of strokes; `slowest` the 95th percentile.
    """

    expressions: int
    exact: float
    near: dict[int, float]
    exact_trees: float
    symbols_found: float
    symbols_right: float
    named_found: float
    named_right: float
    linked_found: float
    linked_right: float
    classes: float
    relations: float
    milliseconds: dict[int, float] = field(compare=False)
    slowest: dict[int, float] = field(compare=False)

    @property
    def segmentation(self) -> float:
        """F1 of found symbols."""
        both = self.symbols_found + self.symbols_right
        return 2 * self.symbols_found * self.symbols_right / both if both else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON for other programs."""
        return {
            "expressions": self.expressions,
            "expression_rate": self.exact,
            **{f"expression_rate_{limit}": share for limit, share in self.near.items()},
            "expression_rate_with_strokes": self.exact_trees,
            "segmentation": {"recall": self.symbols_found, "precision": self.symbols_right, "f1": self.segmentation},
            "classification": {"recall": self.named_found, "precision": self.named_right, "of_found": self.classes},
            "relations": {"recall": self.linked_found, "precision": self.linked_right, "of_found": self.relations},
            "ms_by_strokes": {
                str(size): {"p50": self.milliseconds[size], "p95": self.slowest[size]} for size in self.milliseconds
            },
        }


def outcomes_of(
    reader: ExpressionReader, expressions: Sequence[Expression], progress: Progress | None = None, *, top: int = 1
) -> list[Outcome]:
    """Read every expression.

    Args:
        reader: What reads.
        expressions: What was written.
        progress: Called with the number of expressions that were read, and of all expressions.
        top: Number of candidates that each reading prepares, which is part of its time.
    """
    found = []
    for done, one in enumerate(expressions, start=1):
        begun = time.perf_counter()
        reading = reader.read_points(one.points, alternatives=top - 1)
        passed_ms = (time.perf_counter() - begun) * 1000
        try:
            distance = edits(tokens(reading.tree.latex), tokens(one.tree.latex))
        except LayoutError:
            distance = _UNREADABLE
        found.append(Outcome(one, reading, passed_ms, distance))
        if progress is not None:
            progress(done, len(expressions))
    return found


def measure(reader: ExpressionReader, expressions: Sequence[Expression]) -> ExpressionFigures:
    """Read every expression and measure.

    Raises:
        ValueError: There is no expression.
    """
    return figures_of(outcomes_of(reader, expressions))


def figures_of(outcomes: Sequence[Outcome]) -> ExpressionFigures:
    """Return the figures of some readings.

    Raises:
        ValueError: There is no reading.
    """
    if not outcomes:
        raise ValueError("there is no expression to measure with")
    trees = 0
    true = read = found = named = linked = linkable = true_links = read_links = right_links = 0
    times: dict[int, list[float]] = {}
    for one in outcomes:
        count = len(one.truth.points)
        size = next((size for size in SIZES if count <= size), count)
        times.setdefault(size, []).append(one.milliseconds)
        truth, answer = _by_strokes(one.truth.tree), _by_strokes(one.reading.tree)
        both = truth.keys() & answer.keys()
        true, read, found = true + len(truth), read + len(answer), found + len(both)
        named += sum(truth[strokes][0] == answer[strokes][0] for strokes in both)
        comparable = [strokes for strokes in both if truth[strokes][1] is None or truth[strokes][1] in both]
        linkable += len(comparable)
        linked += sum(truth[strokes][1:] == answer[strokes][1:] for strokes in comparable)
        true_links, read_links = true_links + len(truth) - 1, read_links + len(answer) - 1
        right_links += sum(
            truth[strokes][1] is not None and truth[strokes][1:] == answer[strokes][1:] for strokes in both
        )
        trees += truth == answer
    edit = np.array([one.edits for one in outcomes])
    return ExpressionFigures(
        expressions=len(outcomes),
        exact=float((edit == 0).mean()),
        near={limit: float((edit <= limit).mean()) for limit in NEAR},
        exact_trees=trees / len(outcomes),
        symbols_found=found / true,
        symbols_right=found / read,
        named_found=named / true,
        named_right=named / read,
        linked_found=right_links / max(true_links, 1),
        linked_right=right_links / max(read_links, 1),
        classes=named / max(found, 1),
        relations=linked / max(linkable, 1),
        milliseconds={size: float(np.median(values)) for size, values in sorted(times.items())},
        slowest={size: float(np.percentile(values, 95)) for size, values in sorted(times.items())},
    )


def tokens(latex: str) -> list[str]:
    """Split LaTeX into its commands, characters and braces."""
    return _TOKEN.findall(latex)


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the least number of tokens to insert, remove or replace (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for index, token in enumerate(one, start=1):
        before, row[0] = row[0], index
        for column, wanted in enumerate(other, start=1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (token != wanted))
    return row[-1]


_Strokes = tuple[int, ...]


def _by_strokes(tree: LayoutTree) -> dict[_Strokes, tuple[str, _Strokes | None, Relation | None]]:
    """Return the label, the strokes of the parent and the relation of each symbol, by its strokes."""
    strokes = [tuple(sorted(symbol.strokes)) for symbol in tree.symbols]
    found: dict[_Strokes, tuple[str, _Strokes | None, Relation | None]] = {
        own: (symbol.label, None, None) for own, symbol in zip(strokes, tree.symbols, strict=True)
    }
    for parent, child, relation in tree.relations:
        found[strokes[child]] = (tree.symbols[child].label, strokes[parent], relation)
    return found
