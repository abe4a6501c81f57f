"""Read drawings and pictures as single characters."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.picture_glyph import glyph_of_picture
from digitvision.ink.raster import Raster, rasterize
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.recognition.multiple_glyphs import are_several
from digitvision.recognition.prediction import LINE, GlyphReading, Reading
from digitvision.recognition.recognizer import Recognizer

DEFAULT_TOP = 5
"""Default number of a reading's candidates."""

_DOTS = (".", "·")


def read_character(recognizer: Recognizer, drawing: Drawing, *, top: int = DEFAULT_TOP) -> Reading:
    """Read a whole drawing as one glyph; without strokes the reading has no candidates."""
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
    return (
        replace(found, suggested_mode=LINE)
        if are_several(drawing.strokes, found.glyphs[0].prediction.in_vocabulary)
        else found
    )


def read_character_picture(recognizer: Recognizer, ink: NDArray[np.float32], *, top: int = DEFAULT_TOP) -> Reading:
    """Read a picture's ink, float32 [H, W] from 0 (paper) to 1 (ink), as one glyph."""
    started = time.perf_counter()
    glyph = glyph_of_picture(ink)
    if glyph.box is None:
        return Reading("character")
    return _reading(
        recognizer,
        glyph.raster,
        glyph.trajectory,
        strokes=(),
        box=glyph.box,
        readable=glyph.trajectory is None or _knows_dots(recognizer),
        top=top,
        started=started,
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
