"""Read drawings and pictures as single characters."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.picture_glyph import glyph_of_picture
from digitvision.ink.raster import Raster, rasterize
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.multiple_glyphs import are_several
from digitvision.recognition.prediction import LINE, GlyphReading, Reading, glyph_candidates
from digitvision.recognition.recognizer import Recognizer

DEFAULT_TOP = 5
"""Default number of a reading's candidates."""

_DOTS = (".", "·")
_NO_CORRECTIONS = Corrections()


def read_character(
    recognizer: Recognizer, drawing: Drawing, *, top: int = DEFAULT_TOP, corrections: Corrections = _NO_CORRECTIONS
) -> Reading:
    """Read a whole drawing as one glyph; without strokes the reading has no candidates.

    Of the corrections only one of all strokes counts: here they are one glyph.
    """
    started = time.perf_counter()
    bounds = drawing.bounds
    if bounds is None:
        return Reading("character")
    found = _reading(
        recognizer,
        rasterize(drawing.strokes),
        trajectory(drawing.strokes),
        strokes=tuple(range(len(drawing.strokes))),
        box=bounds,
        readable=bounds.longer_side > 0 or _knows_dots(recognizer),
        top=top,
        started=started,
    )
    chosen = corrections.label_of_all(len(drawing.strokes))
    if chosen:
        return _as_chosen(found, recognizer, chosen, top)
    return (
        replace(found, suggested_mode=LINE)
        if are_several(drawing.strokes, found.glyphs[0].prediction.in_vocabulary)
        else found
    )


def read_character_picture(
    recognizer: Recognizer,
    ink: NDArray[np.float32],
    *,
    top: int = DEFAULT_TOP,
    corrections: Corrections = _NO_CORRECTIONS,
) -> Reading:
    """Read a picture's ink, float32 [H, W] from 0 (paper) to 1 (ink), as one glyph."""
    started = time.perf_counter()
    glyph = glyph_of_picture(ink)
    if glyph.box is None:
        return Reading("character")
    found = _reading(
        recognizer,
        glyph.raster,
        glyph.trajectory,
        strokes=(),
        box=glyph.box,
        readable=glyph.trajectory is None or _knows_dots(recognizer),
        top=top,
        started=started,
    )
    chosen = corrections.label_of_picture(glyph.box)
    return _as_chosen(found, recognizer, chosen, top) if chosen else found


def _as_chosen(found: Reading, recognizer: Recognizer, latex: str, top: int) -> Reading:
    """Return a reading with the class that the user chose, also from another alphabet of the model's."""
    label = next((one for one in recognizer.model.card.labels if one.latex == latex), None)
    if label is None:
        # Another model was asked when it was chosen; this one cannot say what it is called.
        return found
    (glyph,) = found.glyphs
    candidates = glyph_candidates(glyph.prediction, label, 1.0, max(top, 1))
    return replace(
        found, candidates=candidates, sure=True, chosen=True, glyphs=(replace(glyph, candidates=candidates),)
    )


def _knows_dots(recognizer: Recognizer) -> bool:
    """Whether dots are classes: a dot has no shape, so any other class for it would be a guess."""
    return any(label.text in _DOTS for label in recognizer.labels)


def _reading(
    recognizer: Recognizer,
    raster: Raster,
    path: Trajectory | None,
    *,
    strokes: tuple[int, ...],
    box: Bounds,
    readable: bool,
    top: int,
    started: float,
) -> Reading:
    prediction = recognizer.predict(raster, path)
    candidates = prediction.candidates(max(top, 1))
    sure = readable and prediction.sure
    glyph = GlyphReading(candidates, strokes, box, prediction)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return Reading("character", candidates, sure, (glyph,), raster, elapsed_ms)
