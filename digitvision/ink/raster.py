"""Rasters of drawings and pictures: the one preprocessing, the same in training and in use.

A raster follows MNIST's conventions (LeCun et al. 1998, "Gradient-based learning applied to document recognition",
section III.A): the glyph keeps its proportions, its longer side including the pen's width is 20 pixels, and its centre
of mass lies at the middle of the 28x28 field. Strokes are drawn from their vectors with a pen whose width is fixed
relative to the glyph, so that position, size and pen width on the canvas change nothing. Pictures are brought to the
same box and centre, and the finest pens widened so that they are visible in such a small field.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.pen_width import widen
from digitvision.ink.stroke import Stroke

Raster = NDArray[np.float32]
"""float32 [28, 28], ink 1.0 on 0.0."""

PREPROCESSING_VERSION: Final = 2
"""Incremented by every change here or in `pen_width.py` that changes a raster; a model is bound to the version that it
was trained with. 2: fine pens of pictures are widened."""

RASTER_SIZE: Final = 28
GLYPH_BOX: Final = 20.0
PEN_WIDTH: Final = 2.4
"""Pixels; with this width drawn digits have the mean ink of MNIST's (see the tests)."""

FINEST_PEN: Final = 1.0
"""Pixels, about the thinnest of MNIST's pens; finer pens of large pictures are widened to it."""

CENTRE: Final = RASTER_SIZE / 2 + 0.5
"""MNIST's position of the centre of mass: the middle of pixel 14, which is 14.5 pixels from the field's edge."""

_OVERSAMPLING: Final = 2
"""Sub-pixels a side for which the distance to the pen's path is computed."""

_MAX_STEP: Final = 1.0
"""Length of a path's longest piece, in pixels: it bounds the window of sub-pixels that a piece can touch."""

_MIN_STEP: Final = 0.12
"""Samples nearer than this to the one before, in pixels along the path, add nothing visible."""

_GLYPHS_AT_ONCE: Final = 6
_PIECES_AT_ONCE: Final = 192
"""Arrays stay so small that the allocator reuses their memory: allocating it anew costs more than the computation."""

_LEAST_LENGTH: Final = 1e-12
_ANY_DIRECTION: Final = ((1.0,), (0.0,))
"""Direction of a dot, which has none."""

_FINEST_GLYPH: Final = 160
"""Pixels of a glyph's longer side above which a picture is reduced first: eight for each of the field's."""

_FAINTEST_INK: Final = 0.5 / 255
"""Darkness from which a pixel belongs to the glyph's box: any but paper's, as in MNIST; the input has no noise."""


def rasterize(strokes: Sequence[Stroke]) -> Raster:
    """Draw a glyph's strokes as a raster.

    Args:
        strokes: The glyph, in any unit, at any position and size.

    Returns:
        float32 [28, 28], 0 to 1; all zero where there is no stroke.
    """
    raster: Raster = rasterize_all([strokes])[0]
    return raster


def rasterize_all(glyphs: Sequence[Sequence[Stroke]]) -> NDArray[np.float32]:
    """Draw many glyphs, several times as fast as one after the other.

    Args:
        glyphs: The strokes of M glyphs, see `rasterize`.

    Returns:
        float32 [M, 28, 28].
    """
    rasters = np.zeros((len(glyphs), RASTER_SIZE, RASTER_SIZE), np.float32)
    with_strokes = [index for index, strokes in enumerate(glyphs) if strokes]
    for first in range(0, len(with_strokes), _GLYPHS_AT_ONCE):
        indices = with_strokes[first : first + _GLYPHS_AT_ONCE]
        rasters[indices] = _rasterized([glyphs[index] for index in indices])
    return rasters


def _rasterized(glyphs: Sequence[Sequence[Stroke]]) -> NDArray[np.float32]:
    """float32 [M, 28, 28] of glyphs that all have strokes."""
    paths = [stroke.xy for strokes in glyphs for stroke in strokes]
    points = np.concatenate(paths)
    path = np.repeat(np.arange(len(paths)), [len(own) for own in paths])
    glyph = np.repeat(np.arange(len(glyphs)), [len(strokes) for strokes in glyphs])[path]
    firsts = np.searchsorted(glyph, np.arange(len(glyphs)))
    low, high = np.minimum.reduceat(points, firsts), np.maximum.reduceat(points, firsts)
    extent = (high - low).max(axis=1)
    room = GLYPH_BOX - PEN_WIDTH
    with np.errstate(divide="ignore", over="ignore"):
        scale = room / extent
    # A glyph without extent is a dot: there is no size that could be scaled to the box.
    scale[~np.isfinite(scale)] = 0.0
    middle = (low + high) / 2
    pieces, glyph = _pieces((points - middle[glyph]) * scale[glyph, None], path, glyph)
    pieces += RASTER_SIZE / 2
    half_boxes = (high - low) * scale[:, None] / 2 + PEN_WIDTH / 2
    # The centre of mass of the pixels, not of the path: where strokes cross, ink counts once, as it does in a picture.
    offsets = _offsets_to_centre(_coverage(pieces, glyph, len(glyphs)), half_boxes)
    return _coverage(pieces + offsets[glyph, None], glyph, len(glyphs))


def rasterize_picture(ink: NDArray[np.float32]) -> Raster:
    """Bring one glyph's pixels to the form of a raster.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink), one glyph at any position and size.

    Returns:
        float32 [28, 28], 0 to 1; all zero where there is no ink.
    """
    rows = np.flatnonzero((ink > _FAINTEST_INK).any(axis=1))
    columns = np.flatnonzero((ink > _FAINTEST_INK).any(axis=0))
    if len(rows) == 0:
        return np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    glyph = _reduced(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    if max(glyph.shape) > GLYPH_BOX:
        glyph = widen(glyph, FINEST_PEN / GLYPH_BOX)
    height, width = glyph.shape
    scale = GLYPH_BOX / max(height, width)
    # Padding on all sides for the field's window, wherever it comes to lie.
    margin = int(np.ceil(RASTER_SIZE / scale))
    source = Image.fromarray(np.pad(glyph.astype(np.float32), margin))
    middle = np.array([margin + width / 2, margin + height / 2])
    if scale == 1.0:
        # A window that starts half-way into a pixel would show the glyph moved by half of one.
        middle = np.floor(middle)
    first = _window(source, middle, scale)
    window_middle = middle - _offsets_to_centre(first[None], np.array([[width, height]]) * scale / 2)[0] / scale
    if scale == 1.0:
        # The glyph has its final size already: moved by whole pixels, as in MNIST, it keeps its pixels as they are.
        window_middle = np.round(window_middle)
    return _window(source, window_middle, scale)


def _reduced(glyph: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a large glyph averaged over whole blocks of pixels, still several times finer than the field."""
    factor = max(glyph.shape) // _FINEST_GLYPH
    if factor <= 1:
        return glyph
    height, width = (-(-side // factor) * factor for side in glyph.shape)
    padded = np.zeros((height, width), np.float32)
    # Half of the padding on either side keeps the middle in its position.
    top, left = (height - glyph.shape[0]) // 2, (width - glyph.shape[1]) // 2
    padded[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    blocks = padded.reshape(height // factor, factor, width // factor, factor)
    reduced: NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return reduced


def _window(source: Image.Image, middle: NDArray[np.float64], scale: float) -> Raster:
    """Return the field's 28x28 pixels from a window of the source around `middle`."""
    half = RASTER_SIZE / 2 / scale
    box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    # Averaging over each pixel's area comes nearest to what strokes would give; enlarging needs a smooth filter.
    resampling = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BICUBIC
    window = source.resize((RASTER_SIZE, RASTER_SIZE), resampling, box=box)
    return np.clip(np.asarray(window, dtype=np.float32), 0.0, 1.0)


def _offsets_to_centre(rasters: NDArray[np.float32], half_boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far to move glyphs whose boxes are centred, never so far that ink leaves the field.

    Args:
        rasters: float32 [M, 28, 28].
        half_boxes: float64 [M, 2], halves of width and height in pixels.

    Returns:
        float64 [M, 2], (x, y) in pixels.
    """
    indices = np.arange(RASTER_SIZE) + 0.5
    mass = rasters.sum(axis=(1, 2))[:, None]
    moments = np.stack([rasters.sum(axis=1) @ indices, rasters.sum(axis=2) @ indices], axis=1)
    centres = np.divide(moments, mass, out=np.full(moments.shape, CENTRE), where=mass > 0)
    limits = np.maximum(RASTER_SIZE / 2 - half_boxes, 0.0)
    offsets: NDArray[np.float64] = np.clip(CENTRE - centres, -limits, limits)
    return offsets


def _pieces(
    points: NDArray[np.float64], path: NDArray[np.intp], glyph: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Cut paths into straight pieces of at most `_MAX_STEP`.

    Args:
        points: float64 [P, 2], all paths one after the other.
        path: intp [P], the path of each point.
        glyph: intp [P], the glyph of each point.

    Returns:
        float64 [S, 2, 2], both ends of each piece, (x, y); and intp [S], each piece's glyph. A dot is a piece without
        length.
    """
    kept = _worth_keeping(points, path, glyph)
    points, path, glyph = points[kept], path[kept], glyph[kept]
    joined = path[1:] == path[:-1]
    alone = np.ones(len(points), bool)
    alone[1:] &= ~joined
    alone[:-1] &= ~joined
    starts = np.concatenate([points[:-1][joined], points[alone]])
    ends = np.concatenate([points[1:][joined], points[alone]])
    owner = np.concatenate([glyph[1:][joined], glyph[alone]])
    counts = np.maximum(np.ceil(np.hypot(*(ends - starts).T) / _MAX_STEP), 1.0).astype(np.intp)
    source = np.repeat(np.arange(len(counts)), counts)
    index = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    step = ((ends - starts) / counts[:, None])[source]
    begin = starts[source] + step * index[:, None]
    return np.stack([begin, begin + step], axis=1), owner[source]


def _worth_keeping(points: NDArray[np.float64], path: NDArray[np.intp], glyph: NDArray[np.intp]) -> NDArray[np.bool_]:
    """bool [P]: the samples to keep, which are each path's ends and one in each `_MIN_STEP` of the glyph's path."""
    same = path[1:] == path[:-1]
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T) * same)])
    travelled -= travelled[np.searchsorted(glyph, glyph)]
    slot = np.floor(travelled / _MIN_STEP)
    kept = np.ones(len(points), bool)
    kept[1:-1] = ~(same[1:] & same[:-1]) | (slot[1:-1] != slot[:-2])
    return kept


def _coverage(pieces: NDArray[np.float64], glyph: NDArray[np.intp], count: int) -> NDArray[np.float32]:
    """Compute how much of each pixel a round pen covers on its way along a glyph's pieces.

    Each sub-pixel's coverage follows from its distance to the nearest piece. Only the sub-pixels in a window around
    each piece are computed, so that the cost grows with the length of the ink and not with the size of the field.

    Args:
        pieces: float64 [S, 2, 2], see `_pieces`.
        glyph: intp [S], the glyph of each piece.
        count: The number of glyphs.

    Returns:
        float32 [count, 28, 28].
    """
    size = RASTER_SIZE * _OVERSAMPLING
    radius = PEN_WIDTH / 2 * _OVERSAMPLING
    reach = radius + 0.5
    # Half a piece and the pen's reach on either side of the piece's middle, and one for rounding.
    side = int(np.ceil(2 * reach + _MAX_STEP * _OVERSAMPLING)) + 1
    # A margin of half a window takes what falls outside of the field.
    margin = side // 2 + 1
    padded = size + 2 * margin
    nearest = np.full(count * padded * padded, reach**2)
    window = np.arange(side)[:, None]
    for first in range(0, len(pieces), _PIECES_AT_ONCE):
        part = slice(first, first + _PIECES_AT_ONCE)
        # Pieces are the last axis, as numpy is fastest along it.
        start, end = pieces[part].transpose(1, 2, 0) * _OVERSAMPLING + margin
        middle, along = (start + end) / 2, end - start
        length = np.hypot(*along)
        ux, uy = np.where(length > 0, along / np.maximum(length, _LEAST_LENGTH), _ANY_DIRECTION)
        corner = np.clip(np.floor(middle - side / 2 + 0.5).astype(np.intp), 0, padded - side)
        x, y = corner[:, None] + window
        dx, dy = x + 0.5 - middle[0], y + 0.5 - middle[1]
        # Squared distance of each sub-pixel from the piece's line, plus that beyond its ends.
        squares = dx * uy - (dy * ux)[:, None]
        squares *= squares
        beyond = dx * ux + (dy * uy)[:, None]
        np.abs(beyond, out=beyond)
        beyond -= length / 2
        np.maximum(beyond, 0.0, out=beyond)
        beyond *= beyond
        squares += beyond
        indices = x + ((glyph[part] * padded + y) * padded)[:, None]
        np.minimum.at(nearest, indices.ravel(), squares.ravel())
    field = np.sqrt(nearest.reshape(count, padded, padded)[:, margin : margin + size, margin : margin + size])
    covered = np.clip(reach - field, 0.0, 1.0)
    columns = covered.reshape(count, size, RASTER_SIZE, _OVERSAMPLING)
    # For few terms, adding one by one is faster than a sum over short axes.
    rows = sum(columns[..., index] for index in range(_OVERSAMPLING))
    blocks = rows.reshape(count, RASTER_SIZE, _OVERSAMPLING, RASTER_SIZE)
    total = sum(blocks[:, :, index] for index in range(_OVERSAMPLING))
    rasters: NDArray[np.float32] = (total / _OVERSAMPLING**2).astype(np.float32)
    return rasters
