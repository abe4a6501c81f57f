"""Predictions and readings, as immutable values."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import LayoutTree

Verdict = Literal["sure", "likely", "not sure"]

LINE = "line"
"""Mode of a reading of a number or of words; other modes are named in `models.model_card`."""

PAGE = "page"
"""Mode of a reading of several rows, each of which is read as a line or an equation."""

SURE_ABOVE = 0.9
"""Confidence below which an answer that is sure by the model's limits is only called likely."""

LIKELY_ABOVE = 0.5
"""Confidence below which a line, an expression or a glyph of these is not even likely."""


DOUBTED_TRUST = 0.4
LEAST_TRUST = 0.05
"""What the confidence of a reading of several rows as one is multiplied with, and of one where they are obvious."""

IN_VOCABULARY_ABOVE = 0.3
"""Least in-vocabulary score of every glyph in a likely line or expression; scribbles have a lower one."""

_LEAST = 1e-9


def too_many_strokes(count: int, most: int, whole: str) -> str:
    """Return the refusal of a drawing with too many strokes.

    Args:
        count: Number of its strokes.
        most: Largest number of strokes that are read.
        whole: What they would be read as, such as `a line`.
    """
    return f"These are {count:,} strokes, and at most {most:,} can be read as {whole}."


def percent(confidence: float) -> str:
    """Format a confidence with one decimal, without ever claiming certainty or impossibility."""
    if confidence > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if confidence < 0.0005 else f"{confidence * 100:.1f} %"


def verdict_of(confidence: float, *, sure: bool, likely: bool = False) -> Verdict:
    """Say in one word how far an answer can be relied on, the same word everywhere for the same trust.

    Args:
        confidence: Its confidence, 0 to 1.
        sure: Whether it is sure by its model's limits.
        likely: Whether it is at least likely, where it is not sure.
    """
    if sure and confidence >= SURE_ABOVE:
        return "sure"
    return "likely" if sure or likely else "not sure"


@dataclass(frozen=True, slots=True)
class Label:
    """A class: the text that a person would type for it, and its LaTeX."""

    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer with its calibrated confidence, 0 to 1."""

    text: str
    latex: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Probabilities over an alphabet for one glyph.

    Attributes:
        labels: The alphabet's C classes.
        probabilities: float32 [C], read-only, calibrated, sum 1.
        in_vocabulary: In-vocabulary score, 0 to 1: how much the glyph looks like any class of the alphabet. It is low
            for junk: scribbles, wrong groupings and foreign signs. 1 where the model has no output for junk.
        sure: Whether confidence and in-vocabulary score reach the model's limits for relying on the answer.
    """

    labels: tuple[Label, ...]
    probabilities: NDArray[np.float32]
    in_vocabulary: float = 1.0
    sure: bool = False

    def __post_init__(self) -> None:
        probabilities = np.array(self.probabilities, dtype=np.float32)
        if probabilities.shape != (len(self.labels),):
            raise ValueError(f"{len(self.labels)} labels do not fit probabilities of shape {probabilities.shape}")
        probabilities.flags.writeable = False
        object.__setattr__(self, "probabilities", probabilities)

    def index_of(self, latex: str) -> int | None:
        """Return the index of the class with this LaTeX; None where the alphabet has none."""
        return next((index for index, label in enumerate(self.labels) if label.latex == latex), None)

    def candidates(self, top: int) -> tuple[Candidate, ...]:
        """Return the `top` most probable classes, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:top]
        return tuple(Candidate(self.labels[i].text, self.labels[i].latex, float(self.probabilities[i])) for i in order)


def glyph_candidates(prediction: Prediction, label: Label, confidence: float, top: int) -> tuple[Candidate, ...]:
    """Return the candidates of a glyph that was read together with others.

    Args:
        prediction: The prediction for the glyph by itself.
        label: The class that it was read as; it comes first, even where the context outweighed the prediction.
        confidence: Confidence in that class, 0 to 1; the rest is shared among the others by their probabilities.
        top: Number of candidates that are wanted, at least 1.
    """
    others = [one for one in prediction.candidates(top) if one.latex != label.latex]
    own = prediction.index_of(label.latex)
    rest = float(prediction.probabilities.sum(dtype=np.float64))
    rest -= 0.0 if own is None else float(prediction.probabilities[own])
    left = (1 - confidence) / max(rest, _LEAST)
    shared = [Candidate(one.text, one.latex, one.confidence * left) for one in others[: top - 1]]
    return (Candidate(label.text, label.latex, confidence), *shared)


@dataclass(frozen=True, slots=True)
class GlyphReading:
    """One glyph of a reading.

    Attributes:
        candidates: At least one, best first.
        strokes: Indices of its strokes in the drawing; empty for a picture.
        box: Its rectangle in the drawing's unit, or in the picture's pixels.
        prediction: Probabilities over the whole alphabet.
        read: The network's own probabilities where the user has chosen the class, which `prediction` then is sure of;
            None elsewhere.
        is_word: Whether it is a whole word of a line, which may be any text.
        characters: The rectangles of a word's characters, where each was written with strokes of its own; else empty.
    """

    candidates: tuple[Candidate, ...]
    strokes: tuple[int, ...]
    box: Bounds
    prediction: Prediction
    read: Prediction | None = None
    is_word: bool = False
    characters: tuple[Bounds, ...] = ()

    @property
    def text(self) -> str:
        return self.candidates[0].text

    @property
    def latex(self) -> str:
        return self.candidates[0].latex

    @property
    def confidence(self) -> float:
        return self.candidates[0].confidence


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer for one drawing or picture.

    Attributes:
        mode: How it was read: ``character``, ``line``, ``equation`` or ``page``.
        candidates: Best first; empty when there is nothing to read.
        sure: Whether the answer can be relied on.
        glyphs: The glyphs of the best answer, in its order.
        raster: float32 [28, 28], the network's input; None when there is nothing to read.
        tree: Layout tree of an expression; None for other readings.
        trees: Layout trees of all candidates of an expression.
        likely: Whether the answer of several glyphs is more probable than not, and none of them looks like junk.
        suggested_mode: The mode in which it should obviously be read instead: ``line`` for several glyphs read as a
            character, ``equation`` for a line with something above something else, ``page`` for several rows. For a row
            of a page, ``line`` where an equation of letters alone may be a word. Empty for none.
        chosen: Whether the answer for a single character is what the user chose; its prediction is still the network's.
        refusal: A sentence on why ink that there is was not read; empty where it was, and where there is none.
        rows: The rows of a page, from top to bottom and then from left to right; empty for other readings.
        elapsed_ms: Time from ink to answer.
        unfinished: Whether there was no time to read all that decides what stands on a page.
    """

    mode: str
    candidates: tuple[Candidate, ...] = ()
    sure: bool = False
    glyphs: tuple[GlyphReading, ...] = ()
    raster: NDArray[np.float32] | None = field(default=None, compare=False)
    elapsed_ms: float = field(default=0.0, compare=False)
    tree: LayoutTree | None = None
    trees: tuple[LayoutTree, ...] = ()
    likely: bool = False
    suggested_mode: str = ""
    refusal: str = ""
    chosen: bool = False
    rows: tuple["RowReading", ...] = ()
    unfinished: bool = False

    @property
    def text(self) -> str:
        return self.candidates[0].text if self.candidates else ""

    @property
    def latex(self) -> str:
        return self.candidates[0].latex if self.candidates else ""

    @property
    def confidence(self) -> float:
        return self.candidates[0].confidence if self.candidates else 0.0

    @property
    def verdict(self) -> Verdict:
        """The confidence in words, so that a number or a colour never stands alone."""
        return verdict_of(self.confidence, sure=self.sure, likely=self.likely)


def doubted(reading: Reading, suggested_mode: str) -> Reading:
    """Return a reading of what it was not made for: it is not even likely, and its confidence says so.

    Args:
        reading: The reading.
        suggested_mode: The mode in which the ink should be read instead; empty for none.
    """
    trust = LEAST_TRUST if suggested_mode else DOUBTED_TRUST
    candidates = tuple(replace(one, confidence=one.confidence * trust) for one in reading.candidates)
    return replace(reading, candidates=candidates, sure=False, likely=False, suggested_mode=suggested_mode)


@dataclass(frozen=True, slots=True, eq=False)
class RowReading:
    """One row of a page.

    Attributes:
        reading: How it was read, by itself; its mode is ``equation`` or ``line``, and the strokes of its glyphs and
            trees are indices in the whole drawing. Where it could not be read it has a refusal and no candidates.
        strokes: Indices of its strokes in the drawing, ascending; of a page's rows, every stroke is in exactly one.
            Empty for a picture.
        box: The rectangle around its ink, in the drawing's unit or in the picture's pixels.
    """

    reading: Reading
    strokes: tuple[int, ...]
    box: Bounds
