"""Drawings for the tests of journals, and strategies that make others."""

import hashlib

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.inkml import DECIMALS
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.journal.drawing_state import DrawingState

NUMBERS = st.floats(-1e9, 1e9, width=64)
STROKES = st.integers(1, 6).flatmap(lambda n: arrays.arrays(np.float64, (n, 4), elements=NUMBERS)).map(Stroke)
DRAWINGS = st.lists(STROKES, max_size=5).map(lambda strokes: Drawing(tuple(strokes)))
_GLYPHS = st.frozensets(st.integers(0, 30), min_size=1, max_size=4)
_BOXES = st.none() | st.builds(Bounds, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
CORRECTIONS = st.builds(
    Corrections,
    st.lists(_GLYPHS, max_size=3).map(tuple),
    st.lists(_GLYPHS, max_size=2).map(tuple),
    st.lists(st.tuples(_GLYPHS, st.text(max_size=8)), max_size=3).map(tuple),
    st.lists(st.tuples(_GLYPHS, st.none() | _GLYPHS, st.sampled_from(["Right", "Sup", "Inside"])), max_size=3).map(
        tuple
    ),
    st.lists(st.tuples(_BOXES, st.text(max_size=8)), max_size=2).map(tuple),
)
SETTINGS = st.builds(
    DrawingSettings,
    st.text(max_size=8),
    st.text(max_size=8),
    st.text(max_size=8),
    st.none() | st.builds(View, st.floats(0.01, 100), NUMBERS, NUMBERS),
)
STATES = st.builds(
    DrawingState,
    DRAWINGS,
    CORRECTIONS,
    SETTINGS,
    # Also names that are no text, as other systems' disks have them.
    path=st.text(st.characters(codec="utf-8") | st.just("\udc80"), max_size=12),
    digest=st.text("0123456789abcdef", max_size=6),
    modified=st.booleans(),
    text=st.text(max_size=8),
    attempts=st.integers(0, 5),
    closed=st.booleans(),
)


def facts(state: DrawingState) -> tuple[object, ...]:
    """Return all that a journal has to keep of a drawing, to be compared."""
    return (
        state.drawing,
        state.corrections,
        state.settings,
        state.path,
        state.digest,
        state.modified,
        state.picture_corrections,
        state.text,
        state.attempts,
        state.closed,
    )


def digest(state: DrawingState) -> str:
    """Return a short text that is the same for the same strokes, corrections and file only."""
    parts = [stroke.points.tobytes() for stroke in state.drawing.strokes]
    parts += [repr(part).encode() for part in (_plain(state.corrections), state.path, state.modified)]
    return hashlib.sha256(b"|".join(parts)).hexdigest()[:16]


def rounded_digest(drawing: Drawing) -> str:
    """Return a short text that is the same for the same strokes, to the decimals that a drawing's file holds."""
    parts = [(np.round(stroke.points, DECIMALS) + 0.0).tobytes() for stroke in drawing.strokes]
    return hashlib.sha256(b"|".join(parts)).hexdigest()[:16]


def _plain(corrections: Corrections) -> list[object]:
    """Return corrections in a form whose text does not depend on the order in a set."""
    return [
        [sorted(glyph) for glyph in corrections.glyphs],
        [sorted(group) for group in corrections.apart],
        [(sorted(glyph), label) for glyph, label in corrections.labels],
        [(sorted(child), sorted(parent or ()), relation) for child, parent, relation in corrections.relations],
    ]


def drawn(*places: float) -> DrawingState:
    """Return an unsaved drawing with a short stroke at each of these places."""
    strokes = tuple(Stroke.of([(x, 100.0, 0.0), (x + 1 / 3, 200.0, 4.0)]) for x in places)
    return DrawingState(Drawing(strokes), modified=True)
