"""Drawings and pictures to rasters: the one preprocessing, in training and in use.

A raster follows MNIST's conventions (LeCun et al. 1998, "Gradient-based learning applied to document recognition",
section III.A): the glyph keeps its proportions, its longer side with the pen's width is 20 pixels, and its centre of
mass lies at the middle of the 28x28 field. Strokes are drawn from their vectors at one pen width relative to the
glyph, so place, size and width on the canvas leave no trace; pictures are brought to the same box and centre, and the
finest pens to a width that such a small field can show.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.penwidth import widened
from digitvision.ink.stroke import Stroke

Raster = NDArray[np.float32]
"""float32 [28, 28], ink 1.0 on 0.0."""

PREPROCESSING_VERSION: Final = 2
"""Changes with every change here or in `penwidth.py` that changes a raster; a model is bound to the one it was trained
with. 2: fine pens of pictures are widened."""

RASTER_SIZE: Final = 28
GLYPH_BOX: Final = 20.0
PEN_WIDTH: Final = 2.4
"""Pixels. With it the mean ink of drawn digits is that of MNIST's (see the tests)."""

FINEST_PEN: Final = 1.0
"""Pixels: about the thinnest of MNIST's; finer pens of large pictures are widened to it."""

CENTRE: Final = RASTER_SIZE / 2 + 0.5
"""Where MNIST puts the centre of mass: the middle of pixel 14, which is 14.5 measured from the field's edge."""

_OVERSAMPLING: Final = 2
"""Sub-pixels a side at which the distance to the pen's path is measured."""

_MAX_STEP: Final = 1.0
"""Longest piece of a path, in pixels: it bounds the window of sub-pixels that a piece can touch."""

_MIN_STEP: Final = 0.12
"""Samples nearer than this to the one before, in pixels along the path, add nothing that a raster can show."""

_PIECES_AT_ONCE: Final = 4096
"""Bounds the memory that a page full of ink takes."""

_FINEST_GLYPH: Final = 160
"""Pixels of a glyph's longer side beyond which a picture is reduced first: eight for each of the field's."""

_FAINTEST_INK: Final = 0.5 / 255
"""Any pixel of a picture that is not paper belongs to the glyph's box, as in MNIST; pictures come without noise."""


def rasterize(strokes: Sequence[Stroke]) -> Raster:
    """Draw a glyph's strokes as the network sees them.

    Args:
        strokes: The glyph, in any unit, at any place and size.

    Returns:
        float32 [28, 28], 0 to 1; all zero where there is no stroke.
    """
    paths = [stroke.xy for stroke in strokes]
    if not paths:
        return np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    room = GLYPH_BOX - PEN_WIDTH
    # A glyph without extent is a dot: it has no size to bring to the box.
    scale = room / extent if extent > 0 and np.isfinite(room / extent) else 0.0
    middle = (low + high) / 2
    pieces = _pieces([(path - middle) * scale for path in paths]) + RASTER_SIZE / 2
    half_box = (high - low) * scale / 2 + PEN_WIDTH / 2
    # The pixels' centre of mass, not the path's: where strokes cross, ink counts once, as it does in a picture.
    offset = _offset_to_centre(_coverage(pieces), half_box)
    return _coverage(pieces + offset)


def rasterize_picture(ink: NDArray[np.float32]) -> Raster:
    """Bring one glyph's pixels to the form that the network sees.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink), one glyph at any place and size.

    Returns:
        float32 [28, 28], 0 to 1; all zero where there is no ink.
    """
    rows = np.flatnonzero((ink > _FAINTEST_INK).any(axis=1))
    columns = np.flatnonzero((ink > _FAINTEST_INK).any(axis=0))
    if len(rows) == 0:
        return np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    glyph = _reduced(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    if max(glyph.shape) > GLYPH_BOX:
        glyph = widened(glyph, FINEST_PEN / GLYPH_BOX)
    height, width = glyph.shape
    scale = GLYPH_BOX / max(height, width)
    # Room all around for the field's window, wherever it comes to lie.
    margin = int(np.ceil(RASTER_SIZE / scale))
    source = Image.fromarray(np.pad(glyph.astype(np.float32), margin))
    middle = np.array([margin + width / 2, margin + height / 2])
    if scale == 1.0:
        # A window that starts half-way into a pixel would see the glyph moved by half of one.
        middle = np.floor(middle)
    first = _window(source, middle, scale)
    window_middle = middle - _offset_to_centre(first, np.array([width, height]) * scale / 2) / scale
    if scale == 1.0:
        # The glyph has its size already: moved by whole pixels, as MNIST's were, it keeps its pixels as they are.
        window_middle = np.round(window_middle)
    return _window(source, window_middle, scale)


def _reduced(glyph: NDArray[np.float32]) -> NDArray[np.float32]:
    """A large glyph averaged over whole blocks of pixels, still many times finer than the field's."""
    factor = max(glyph.shape) // _FINEST_GLYPH
    if factor <= 1:
        return glyph
    height, width = (-(-side // factor) * factor for side in glyph.shape)
    padded = np.zeros((height, width), np.float32)
    # Half of the padding on either side keeps the middle where it was.
    top, left = (height - glyph.shape[0]) // 2, (width - glyph.shape[1]) // 2
    padded[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    blocks = padded.reshape(height // factor, factor, width // factor, factor)
    reduced: NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return reduced


def _window(source: Image.Image, middle: NDArray[np.float64], scale: float) -> Raster:
    """The field's 28x28 pixels, seen through a window of the source around `middle`."""
    half = RASTER_SIZE / 2 / scale
    box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    # Averaging over each pixel's area comes nearest to what the strokes would give; enlarging needs smooth steps.
    resampling = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BICUBIC
    window = source.resize((RASTER_SIZE, RASTER_SIZE), resampling, box=box)
    return np.clip(np.asarray(window, dtype=np.float32), 0.0, 1.0)


def _offset_to_centre(raster: Raster, half_box: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far to move a glyph whose box is centred, (x, y) in pixels; never so far that ink leaves the field."""
    mass = float(raster.sum())
    if mass == 0:
        return np.zeros(2)
    places = np.arange(RASTER_SIZE) + 0.5
    centre = np.array([raster.sum(axis=0) @ places, raster.sum(axis=1) @ places]) / mass
    limit = np.maximum(RASTER_SIZE / 2 - half_box, 0.0)
    return np.clip(CENTRE - centre, -limit, limit)


def _pieces(paths: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Cut the paths into straight pieces of at most `_MAX_STEP`.

    Returns:
        float64 [S, 2, 2]: both ends of each piece, (x, y); a dot is a piece of no length.
    """
    points = np.concatenate(paths)
    owner = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    kept = _worth_keeping(points, owner)
    points, owner = points[kept], owner[kept]
    joined = owner[1:] == owner[:-1]
    alone = np.ones(len(points), bool)
    alone[1:] &= ~joined
    alone[:-1] &= ~joined
    starts = np.concatenate([points[:-1][joined], points[alone]])
    ends = np.concatenate([points[1:][joined], points[alone]])
    counts = np.maximum(np.ceil(np.hypot(*(ends - starts).T) / _MAX_STEP), 1.0).astype(np.intp)
    source = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = ((ends - starts) / counts[:, None])[source]
    begin = starts[source] + step * place[:, None]
    return np.stack([begin, begin + step], axis=1)


def _worth_keeping(points: NDArray[np.float64], owner: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which samples to keep: the ends of each path, and of those between one in each `_MIN_STEP` of the way.

    Args:
        points: float64 [P, 2], all paths one after the other.
        owner: intp [P], each point's path.
    """
    same = owner[1:] == owner[:-1]
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T) * same)])
    slot = np.floor(travelled / _MIN_STEP)
    kept = np.ones(len(points), bool)
    kept[1:-1] = ~(same[1:] & same[:-1]) | (slot[1:-1] != slot[:-2])
    return kept


def _coverage(pieces: NDArray[np.float64]) -> Raster:
    """How much of each pixel a round pen covers that goes along the pieces.

    Each sub-pixel's coverage follows from its distance to the nearest piece; only the sub-pixels in a window around
    each piece are looked at, so the cost grows with the length of the ink and not with the size of the field.
    """
    size = RASTER_SIZE * _OVERSAMPLING
    radius = PEN_WIDTH / 2 * _OVERSAMPLING
    reach = radius + 0.5
    # Half a piece and the pen's reach to either side of the piece's middle, and one for rounding.
    side = int(np.ceil(2 * reach + _MAX_STEP * _OVERSAMPLING)) + 1
    # A margin as wide as a window takes what falls outside of the field.
    padded = size + 2 * side
    nearest = np.full(padded * padded, reach)
    window = np.arange(side)
    for first in range(0, len(pieces), _PIECES_AT_ONCE):
        ends = pieces[first : first + _PIECES_AT_ONCE] * _OVERSAMPLING + side
        start, along = ends[:, 0], ends[:, 1] - ends[:, 0]
        corner = np.floor(ends.mean(axis=1) - side / 2 + 0.5).astype(np.intp)
        corner = np.clip(corner, 0, padded - side)
        x = corner[:, 0, None] + window
        y = corner[:, 1, None] + window
        dx = (x + 0.5 - start[:, 0, None])[:, None, :]
        dy = (y + 0.5 - start[:, 1, None])[:, :, None]
        length = np.maximum((along**2).sum(axis=1), 1e-12)[:, None, None]
        ax, ay = along[:, 0, None, None], along[:, 1, None, None]
        at = np.clip((dx * ax + dy * ay) / length, 0.0, 1.0)
        distance = np.sqrt((dx - at * ax) ** 2 + (dy - at * ay) ** 2)
        np.minimum.at(nearest, (y[:, :, None] * padded + x[:, None, :]).ravel(), distance.ravel())
    field = nearest.reshape(padded, padded)[side : side + size, side : side + size]
    covered = np.clip(reach - field, 0.0, 1.0)
    blocks = covered.reshape(RASTER_SIZE, _OVERSAMPLING, RASTER_SIZE, _OVERSAMPLING)
    raster: Raster = blocks.mean(axis=(1, 3)).astype(np.float32)
    return raster
