"""What has to be said of a drawing's glyphs for one reading to win over others."""

from collections.abc import Sequence

from digitvision.recognition.corrections import Corrections, Strokes
from digitvision.recognition.expression.layout import LayoutTree, Relation


def preferring(corrections: Corrections, wanted: LayoutTree, others: Sequence[LayoutTree]) -> Corrections:
    """The corrections with what tells one reading from others added, and no more: the rest is read around it.

    Args:
        corrections: What was said before.
        wanted: The reading that is to win.
        others: The readings that it is to win over, which are those that came before it.
    """
    said = corrections
    labels = _labels(wanted)
    rivals = [_labels(other) for other in others]
    for strokes, label in labels.items():
        if any(rival.get(strokes) != label for rival in rivals):
            said = said.with_label(strokes, label)
    relations = _relations(wanted)
    for other, rival in zip(others, rivals, strict=True):
        if rival.keys() != labels.keys():
            # With other glyphs the layout is another in any case; it follows from the glyphs.
            continue
        told = _relations(other)
        for child, (parent, relation) in relations.items():
            if told[child] != (parent, relation):
                said = said.with_relation(child, parent, relation)
    return said


def _labels(tree: LayoutTree) -> dict[Strokes, str]:
    return {frozenset(symbol.strokes): symbol.label for symbol in tree.symbols}


def _relations(tree: LayoutTree) -> dict[Strokes, tuple[Strokes | None, Relation]]:
    """By each glyph its parent and where it stands from there; the root has no parent."""
    glyphs = [frozenset(symbol.strokes) for symbol in tree.symbols]
    found: dict[Strokes, tuple[Strokes | None, Relation]] = {glyphs[tree.root]: (None, "Right")}
    for parent, child, relation in tree.relations:
        found[glyphs[child]] = (glyphs[parent], relation)
    return found
