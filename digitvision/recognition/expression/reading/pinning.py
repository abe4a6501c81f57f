"""The corrections that make one reading of a drawing win over others, and what they pin."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections, Strokes
from digitvision.recognition.expression.layout import LayoutTree, Relation

_PINNED: Final = 1e3
"""Logit of strokes that the user has put together or apart; larger than any of the networks'."""


def preferring(corrections: Corrections, wanted: LayoutTree, others: Sequence[LayoutTree]) -> Corrections:
    """Add to corrections just what distinguishes one reading from others, and leave the rest to the reader.

    Args:
        corrections: The corrections so far.
        wanted: The reading that is to win.
        others: The readings that it is to win over: those that were ranked before it.
    """
    preferred = corrections
    labels = _labels(wanted)
    rivals = [_labels(other) for other in others]
    for strokes, label in labels.items():
        if any(rival.get(strokes) != label for rival in rivals):
            preferred = preferred.with_label(strokes, label)
    relations = _relations(wanted)
    for other, rival in zip(others, rivals, strict=True):
        if rival.keys() != labels.keys():
            # With other glyphs the layout differs in any case; it follows from the glyphs.
            continue
        other_relations = _relations(other)
        for child, (parent, relation) in relations.items():
            if other_relations[child] != (parent, relation):
                preferred = preferred.with_relation(child, parent, relation)
    return preferred


def pinned_together(together: NDArray[np.float32], corrections: Corrections) -> NDArray[np.float32]:
    """Return the logits with those that the user's corrections fix set to certain values."""
    if not corrections:
        return together
    pinned = together.copy()
    for group in corrections.apart:
        own = [stroke for stroke in group if stroke < len(pinned)]
        pinned[np.ix_(own, own)] = -_PINNED
    for glyph in corrections.glyphs:
        own = [stroke for stroke in glyph if stroke < len(pinned)]
        pinned[own] = -_PINNED
        pinned[:, own] = -_PINNED
        pinned[np.ix_(own, own)] = _PINNED
    return pinned


def _labels(tree: LayoutTree) -> dict[Strokes, str]:
    return {frozenset(symbol.strokes): symbol.label for symbol in tree.symbols}


def _relations(tree: LayoutTree) -> dict[Strokes, tuple[Strokes | None, Relation]]:
    """Return for each glyph its parent and its relation to it; the root's parent is None."""
    glyphs = [frozenset(symbol.strokes) for symbol in tree.symbols]
    found: dict[Strokes, tuple[Strokes | None, Relation]] = {glyphs[tree.root]: (None, "Right")}
    for parent, child, relation in tree.relations:
        found[glyphs[child]] = (glyphs[parent], relation)
    return found
