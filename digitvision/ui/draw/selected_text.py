"""What selected ink reads as."""

from collections.abc import Collection

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.prediction import Reading


def text_of_strokes(reading: Reading | None, strokes: Collection[int], count: int) -> str:
    """Return what some strokes were read as; empty where nothing was, or where they are parts of glyphs.

    Args:
        reading: The reading of the whole drawing.
        strokes: Indices of the strokes.
        count: Number of strokes in the drawing.
    """
    if reading is None or not reading.candidates:
        return ""
    if len(strokes) == count:
        return reading.text
    if reading.rows:
        chosen_by_row = [[stroke for stroke in row.strokes if stroke in strokes] for row in reading.rows]
        parts = [
            row.reading.text if len(own) == len(row.strokes) else text_of_strokes(row.reading, own, count)
            for row, own in zip(reading.rows, chosen_by_row, strict=True)
            if own
        ]
        return "\n".join(parts) if all(parts) else ""
    chosen = set(strokes)
    glyphs = [index for index, glyph in enumerate(reading.glyphs) if glyph.strokes and chosen.issuperset(glyph.strokes)]
    read = {stroke for index in glyphs for stroke in reading.glyphs[index].strokes}
    if read != chosen:
        return ""
    part = _part_of(reading.tree, chosen) if reading.tree is not None else None
    return text_of(part) if part is not None else "".join(reading.glyphs[index].candidates[0].text for index in glyphs)


def _part_of(tree: LayoutTree, strokes: set[int]) -> LayoutTree | None:
    """Return the part of an expression that has these strokes, what hung on others side by side; None for none."""
    kept = [index for index, symbol in enumerate(tree.symbols) if symbol.strokes and strokes.issuperset(symbol.strokes)]
    place = {index: number for number, index in enumerate(kept)}
    relations: list[tuple[int, int, Relation]] = [
        (place[parent], place[child], relation)
        for parent, child, relation in tree.relations
        if parent in place and child in place
    ]
    next_of = {parent: child for parent, child, relation in relations if relation == "Right"}
    children = {child for _, child, _ in relations}
    end: int | None = None
    for start in (number for number in range(len(kept)) if number not in children):
        if end is not None:
            relations.append((end, start, "Right"))
        end = start
        while end in next_of:
            end = next_of[end]
    try:
        gaps = frozenset(place[index] for index in tree.gaps if index in place)
        return LayoutTree(tuple(tree.symbols[index] for index in kept), tuple(relations), gaps)
    except LayoutError:
        return None
