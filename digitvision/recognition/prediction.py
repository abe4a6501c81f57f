"""Predictions and readings: what was recognised, as values that never change."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import LayoutTree

Verdict = Literal["sure", "likely", "not sure"]

LINE = "line"
"""The reading of a number or of words; models have readings of their own, see `model_card`."""

SURE_ABOVE = 0.9
"""Confidence below which an answer that is not doubted is called likely, and not sure."""

LIKELY_ABOVE = 0.5
"""Confidence below which a line, an expression or a glyph of these is not even likely."""


IN_VOCABULARY_ABOVE = 0.3
"""How much every glyph of a likely line or expression looks like any sign; scribbles look like none."""

_LEAST = 1e-9


def percent(confidence: float) -> str:
    """A confidence as people read it: one decimal, and never a claim of certainty or of impossibility."""
    if confidence > 0.999:
        return "> 99.9 %"
    return "< 0.1 %" if confidence < 0.0005 else f"{confidence * 100:.1f} %"


@dataclass(frozen=True, slots=True)
class Label:
    """One class: what a person would type for it, and its LaTeX."""

    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer with its calibrated confidence, 0 to 1."""

    text: str
    latex: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Probabilities over an alphabet for one glyph.

    Attributes:
        labels: The alphabet's C classes.
        probabilities: float32 [C], read-only, calibrated, sum 1.
        in_vocabulary: How much the glyph looks like any class of the alphabet, 0 to 1: low for scribbles, wrong
            groupings and foreign signs. 1 where the model cannot tell.
        sure: Whether the model's limits for relying on the answer are reached.
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

    def candidates(self, top: int) -> tuple[Candidate, ...]:
        """The `top` most probable classes, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:top]
        return tuple(Candidate(self.labels[i].text, self.labels[i].latex, float(self.probabilities[i])) for i in order)


def trusted(prediction: Prediction, label: Label, confidence: float, top: int) -> tuple[Candidate, ...]:
    """A glyph's candidates where it was read together with others.

    Args:
        prediction: What its looks say.
        label: What it was read as, which comes first, also where its neighbours settled it against its looks.
        confidence: In that, from 0 to 1; what it leaves is shared among the others by their looks.
        top: Candidates that are wanted, at least 1.
    """
    candidates = prediction.candidates(len(prediction.labels))
    others = [one for one in candidates if one.latex != label.latex]
    left = (1 - confidence) / max(sum(one.confidence for one in others), _LEAST)
    shared = [Candidate(one.text, one.latex, one.confidence * left) for one in others[: top - 1]]
    return (Candidate(label.text, label.latex, confidence), *shared)


@dataclass(frozen=True, slots=True)
class GlyphReading:
    """One glyph of a reading.

    Attributes:
        candidates: Best first, at least one.
        strokes: Places of its strokes in the drawing; empty for a picture.
        box: Its rectangle in the drawing's unit, or in the picture's pixels.
        prediction: The whole alphabet's probabilities.
    """

    candidates: tuple[Candidate, ...]
    strokes: tuple[int, ...]
    box: Bounds
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer for one drawing or picture.

    Attributes:
        mode: How it was read: ``character``, ``line`` or ``equation``.
        candidates: Best first; empty when there is nothing to read.
        sure: Whether the answer can be relied on.
        raster: float32 [28, 28], what the network saw; None when there is nothing to read.
        tree: Of an expression, how its glyphs stand to each other, in their order; `trees` those of all candidates.
        likely: Whether the answer of several glyphs, though perhaps not sure, is more probable than not, and each glyph
            looks like a sign.
        rather: How it is obviously to be read instead: as a ``line``, being several glyphs and no character; as an
            ``equation``, where something in the line stands above something else. Empty where nothing says so.
        elapsed_ms: Time from ink to answer.
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
    rather: str = ""

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
        """The word for the confidence, so that a number or a colour never stands alone."""
        if self.sure and self.confidence >= SURE_ABOVE:
            return "sure"
        return "likely" if self.sure or self.likely else "not sure"
