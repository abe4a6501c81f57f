"""Percent signs in an expression: another stroke stands in for each while the networks read, which know none.

Where a percent sign stands, its neighbours and the layout are as if a letter stood there. So one stroke of a letter's
shape is read in its place, pinned as a percent sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.signs.percent_finder import PERCENT

Points = NDArray[np.float64]
"""float64 [N, P, 2]: strokes at equal steps."""

_BEFORE: Final = frozenset({"digit", "letter", "close"})
_AFTER: Final = frozenset({"operator", "relation", "close", "comma", "other", "bar"})
"""Kinds of signs that stand directly before and after a percent sign."""

_OF: Final = "o"
"""Begins the word “of”, which may stand after it, too."""


@dataclass(frozen=True, slots=True, eq=False)
class StandIns:
    """An expression in which strokes stand in for groups of strokes.

    Attributes:
        points: The strokes.
        of: The strokes of the expression that each of these is, or stands in for.
    """

    points: Points
    of: Sequence[tuple[int, ...]]

    def corrections(self, corrections: Corrections) -> Corrections:
        """Return corrections of the expression as ones of these strokes, with the percent signs pinned."""
        moved = corrections.moved({stroke: index for index, own in enumerate(self.of) for stroke in own})
        for index, own in enumerate(self.of):
            if len(own) > 1:
                moved = moved.with_label({index}, PERCENT)
        return moved

    def tree(self, tree: LayoutTree) -> LayoutTree:
        """Return a layout of these strokes as one of the expression's strokes."""
        symbols = tuple(
            Symbol(one.label, tuple(sorted(stroke for index in one.strokes for stroke in self.of[index])))
            for one in tree.symbols
        )
        return LayoutTree(symbols, tree.relations)


def with_stand_ins(points: Points, groups: Sequence[tuple[int, ...]]) -> StandIns:
    """Let one stroke stand in for each group, in its box, in the place of its first stroke.

    Args:
        points: The expression's strokes.
        groups: Strokes of percent signs, two at least of each; none is in two of them.
    """
    group_of = {min(group): group for group in groups}
    hidden = {stroke for group in groups for stroke in group} - group_of.keys()
    kept = [stroke for stroke in range(len(points)) if stroke not in hidden]
    paths = [_stand_in(points[list(group_of[stroke])]) if stroke in group_of else points[stroke] for stroke in kept]
    return StandIns(np.stack(paths), [group_of.get(stroke, (stroke,)) for stroke in kept])


def stands_well(tree: LayoutTree) -> bool:
    """Whether every percent sign of a layout stands behind a value and has neither scripts nor a value behind it."""
    parents = {child: (parent, relation) for parent, child, relation in tree.relations}
    for index, symbol in enumerate(tree.symbols):
        if symbol.label != PERCENT:
            continue
        parent, relation = parents.get(index, (index, "Sup"))
        children = tree.children(index)
        after = tree.symbols[children["Right"]].label if "Right" in children else ""
        if relation != "Right" or children.keys() - {"Right"} or kind_of(tree.symbols[parent].label) not in _BEFORE:
            return False
        if after and after != _OF and kind_of(after) not in _AFTER:
            return False
    return True


def _stand_in(paths: Points) -> NDArray[np.float64]:
    """float64 [P, 2]: an 8 in the box of some strokes."""
    low, high = paths.min(axis=(0, 1)), paths.max(axis=(0, 1))
    turn = np.linspace(0.0, 2 * np.pi, paths.shape[1])
    shape = np.stack([0.5 - 0.5 * np.sin(2 * turn), 0.5 - 0.5 * np.cos(turn)], axis=1)
    result: NDArray[np.float64] = low + shape * (high - low)
    return result
