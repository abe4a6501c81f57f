"""A reader of expressions whose answers are known: each stroke is a symbol in a row, unless corrections change it."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.models.model_card import EQUATION, ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction, Reading, too_many_strokes
from digitvision.ui.reading.reading_kinds import Ink, Reader, ReadingKind

LABELS: Final = tuple(
    Label(text, latex)
    for text, latex in (
        *((digit, digit) for digit in "0123456789"),
        *(("+", "+"), ("-", "-"), ("=", "="), ("x", "x"), ("y", "y"), ("β", r"\beta"), ("√", r"\sqrt")),
    )
)
LATEX: Final = [label.latex for label in LABELS]


@dataclass
class KnownReader:
    """Reads strokes, in their order, as these classes with these confidences.

    Attributes:
        script: The class of each stroke.
        confidences: Confidence of each glyph; 0.95 where there is none.
        seconds: What the first glyph may be instead.
        asked: The corrections of every request.
        mode: The kind of reading that it gives its readings.
        confidence: Confidence of the whole reading, which is likely from 0.5.
        sure: Whether the reading is sure.
        alphabets: The alphabet of every request.
    """

    script: str = "1+2="
    confidences: tuple[float, ...] = ()
    second: str = "7"
    asked: list[Corrections] = field(default_factory=list)
    mode: str = EQUATION
    confidence: float = 0.7
    sure: bool = True
    alphabets: list[str] = field(default_factory=list)

    def read(self, drawing: Drawing, corrections: Corrections, alphabet: str) -> Reading:
        self.asked.append(corrections)
        self.alphabets.append(alphabet)
        if len(drawing.strokes) > 300:
            return Reading(self.mode, refusal=too_many_strokes(len(drawing.strokes), 300, "an equation"))
        groups = list(corrections.glyphs)
        corrected = {stroke for group in groups for stroke in group}
        groups += [frozenset({stroke}) for stroke in range(len(drawing.strokes)) if stroke not in corrected]
        groups.sort(key=min)
        labels, pinned = [self.script[min(group) % len(self.script)] for group in groups], dict(corrections.labels)
        labels = [pinned.get(group, label) for group, label in zip(groups, labels, strict=True)]
        placed = {child: (parent, relation) for child, parent, relation in corrections.relations}
        relations: list[tuple[int, int, Relation]] = []
        for index in range(1, len(groups)):
            parent, relation = placed.get(groups[index], (groups[index - 1], "Right"))
            relations.append((groups.index(parent) if parent in groups else index - 1, index, relation))
        trees = [self._tree(groups, labels, relations)]
        if groups[0] not in pinned:
            trees.append(self._tree(groups, [self.second, *labels[1:]], relations))
        shares = (self.confidence, 0.2)
        candidates = tuple(
            Candidate(text_of(tree), tree.latex, share) for tree, share in zip(trees, shares, strict=False)
        )
        glyphs = tuple(self._glyph(drawing, index, symbol) for index, symbol in enumerate(trees[0].symbols))
        glyphs = tuple(
            replace(glyph, read=self._read(glyph)) if frozenset(glyph.strokes) in pinned else glyph for glyph in glyphs
        )
        return Reading(
            self.mode,
            candidates,
            self.sure,
            glyphs,
            tree=trees[0],
            trees=tuple(trees),
            likely=self.confidence > 0.5,
            elapsed_ms=1.0,
        )

    def _read(self, glyph: GlyphReading) -> Prediction:
        own = LATEX.index(self.script[min(glyph.strokes) % len(self.script)])
        shares = np.full(len(LABELS), 0.1 / (len(LABELS) - 1), np.float32)
        shares[own] = 0.9
        return Prediction(LABELS, shares)

    @staticmethod
    def _tree(
        groups: list[frozenset[int]], labels: list[str], relations: list[tuple[int, int, Relation]]
    ) -> LayoutTree:
        symbols = (Symbol(label, tuple(sorted(group))) for label, group in zip(labels, groups, strict=True))
        return LayoutTree(tuple(symbols), tuple(relations))

    def _glyph(self, drawing: Drawing, index: int, symbol: Symbol) -> GlyphReading:
        confidence = self.confidences[index] if index < len(self.confidences) else 0.95
        shares = np.full(len(LABELS), (1 - confidence) / (len(LABELS) - 1), np.float32)
        shares[LATEX.index(symbol.label)] = confidence
        prediction = Prediction(LABELS, shares, sure=confidence > 0.9)
        bounds = Drawing(tuple(drawing.strokes[stroke] for stroke in symbol.strokes)).bounds
        assert bounds is not None
        return GlyphReading(prediction.candidates(5), symbol.strokes, Bounds(*bounds), prediction)

    def kind(self, *, problem: str = "") -> ReadingKind:
        """Return the kind of reading that reads with it; with a problem its model is not installed."""

        def model_of(store: ModelStore, _name: str) -> Model:
            if problem:
                raise ModelFault(problem)
            return store.find("digits")

        def read(ink: Ink, corrections: Corrections, alphabet: str) -> Reading:
            assert isinstance(ink, Drawing)
            return self.read(ink, corrections, alphabet)

        def load(_store: ModelStore, _name: str) -> Reader:
            return read

        return ReadingKind(EQUATION, "F8", alphabets=False, model_of=model_of, load=load)


def column(x: float, *, top: float = 400.0, bottom: float = 600.0) -> Stroke:
    """Return an upright stroke, like all strokes of the expressions in the tests."""
    return Stroke.of((x + number % 2, top + (bottom - top) * number / 20, 4.0 * number) for number in range(21))


def row(count: int) -> list[Stroke]:
    """Return this number of upright strokes side by side."""
    return [column(150.0 + 180.0 * number) for number in range(count)]
