"""Pages for tests, from the LaTeX of their rows or from their words, with ink in the right places."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import (
    LINE,
    PAGE,
    Candidate,
    GlyphReading,
    Label,
    Prediction,
    Reading,
    RowReading,
)
from tests.recognition.expression.trees import tree_of

ROW_HEIGHT = 100.0
GLYPH = 60.0
"""Distance of rows, and width and height of a glyph, in the drawing's unit."""

HOSTILE = (
    "a < b & c",
    r"\input{/etc/passwd} % $ # _ ^ ~ {}",
    "| a | `b` *c* [d](e) <script>",
    "two\nlines\tand\x00\x1b a tab",
    "--> ]]> \\\\ \"quoted\" 'single'",
    "שלום \u202eenohp",
    "👩\u200d🔬 e\u0301 ﬁ \ud800",
    "# - 1. + = :",
)
"""What people and files hold that means something in one of the forms."""

SEVEN = Value("7", "7", "number", exact="7")
FORTY_SIX = Value("46", "46", "number", exact="46")
SOLUTIONS = Value("x = -2, x = 2", r"x = -2,\; x = 2", "solutions")


def row_of(answer: str | LayoutTree, number: int = 0, *, sure: bool = True, confidence: float = 0.97) -> RowReading:
    """Return the row with this number on the page, from 0: an equation in LaTeX, or `"words` after a quotation mark."""
    if isinstance(answer, str) and answer.startswith('"'):
        text, latex, tree, mode = answer[1:], answer[1:], None, LINE
        count = 1
    else:
        tree = tree_of(answer) if isinstance(answer, str) else answer
        text, latex, mode, count = text_of(tree), tree.latex, EQUATION, len(tree.symbols)
    top = number * ROW_HEIGHT
    # A line by itself is flat.
    high = GLYPH / 10 if latex == "-" else GLYPH
    boxes = [Bounds(index * GLYPH, top, (index + 0.8) * GLYPH, top + high) for index in range(count)]
    first = 1000 * number
    prediction = Prediction((Label("x", "x"),), np.ones(1, np.float32))
    glyphs = tuple(
        GlyphReading((Candidate("x", "x", confidence),), (first + index,), box, prediction)
        for index, box in enumerate(boxes)
    )
    reading = Reading(mode, (Candidate(text, latex, confidence),), sure, glyphs, tree=tree, likely=True)
    return RowReading(reading, tuple(range(first, first + count)), Bounds(0.0, top, boxes[-1].right, top + high))


def column_page(*numbers: str, result: str = "", below: Sequence[str] = ()) -> Reading:
    """Return the page of numbers that end under each other, a rule, a result under it, and rows below, see `row_of`."""
    right = max(row_of(one).box.right for one in numbers)

    def ending(latex: str, place: int) -> RowReading:
        row = row_of(latex, place)
        return _shifted(row, right - row.box.right)

    rows = [ending(one, place) for place, one in enumerate(numbers)]
    rule = row_of("-", len(rows))
    box = rule.box._replace(right=right)
    glyph = replace(rule.reading.glyphs[0], box=box)
    rows.append(replace(rule, box=box, reading=replace(rule.reading, glyphs=(glyph,))))
    if result:
        rows.append(ending(result, len(rows)))
    first = len(rows)
    return page_of(*rows, *(row_of(one, first + place) for place, one in enumerate(below)))


def _shifted(row: RowReading, by: float) -> RowReading:
    def moved(box: Bounds) -> Bounds:
        return Bounds(box.left + by, box.top, box.right + by, box.bottom)

    glyphs = tuple(replace(glyph, box=moved(glyph.box)) for glyph in row.reading.glyphs)
    symbols = (Symbol(one.label, glyph.strokes) for one, glyph in zip(_tree(row).symbols, glyphs, strict=True))
    tree = LayoutTree(tuple(symbols), _tree(row).relations)
    return replace(row, reading=replace(row.reading, glyphs=glyphs, tree=tree), box=moved(row.box))


def _tree(row: RowReading) -> LayoutTree:
    assert row.reading.tree is not None
    return row.reading.tree


def unread_row(
    number: int, refusal: str = "These are 900 strokes, and at most 300 can be read as an equation."
) -> RowReading:
    """Return a row that was not read."""
    top = number * ROW_HEIGHT
    return RowReading(Reading(EQUATION, refusal=refusal), (1000 * number,), Bounds(0.0, top, GLYPH, top + GLYPH))


def page_of(*rows: RowReading) -> Reading:
    """Return the page of these rows."""
    read = [row.reading for row in rows if row.reading.candidates]
    text = "\n".join(one.text for one in read)
    return Reading(PAGE, (Candidate(text, text, 0.9),) if read else (), bool(read), rows=rows)


def page(*answers: str) -> Reading:
    """Return the page of these rows, see `row_of`."""
    return page_of(*(row_of(answer, number) for number, answer in enumerate(answers)))


def inked(reading: Reading) -> tuple[Drawing, Reading]:
    """Return a page with a drawing that has a stroke for each glyph, and the indices of these strokes."""
    strokes: list[Stroke] = []
    rows = []
    for row in reading.rows:
        first = len(strokes)
        boxes = [glyph.box for glyph in row.reading.glyphs] or [row.box]
        strokes += [_stroke_in(box) for box in boxes]
        glyphs = tuple(replace(glyph, strokes=(first + index,)) for index, glyph in enumerate(row.reading.glyphs))
        rows.append(RowReading(replace(row.reading, glyphs=glyphs), tuple(range(first, len(strokes))), row.box))
    return Drawing(tuple(strokes)), replace(reading, rows=tuple(rows))


def _stroke_in(box: Bounds) -> Stroke:
    """Return a stroke from corner to corner, pressed harder and harder."""
    ways = np.linspace(0.0, 1.0, 13)
    x, y = box.left + ways * box.width, box.top + ways * box.height
    return Stroke(np.stack([x, y, 100 * ways, 0.2 + 0.7 * ways], axis=1))
