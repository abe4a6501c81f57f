"""The ink on a sheet of paper, whatever its light, its noise and its dirt."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.components import label_components
from digitvision.ink.pen_width import pen_width

_FLAT: Final = 1.5 / 255
"""Paper that differs by no more than this from one tone was drawn, not photographed."""

_FLAT_SHARE: Final = 0.7
"""Of the pixels nearer to paper than to ink; the others are the soft edges of the ink."""

_FULL_CONTRAST: Final = 0.9
"""Ink of this contrast or more is left as it is, so that pictures such as MNIST's stay the same to the bit."""

LEAST_CONTRAST: Final = 0.06
"""Fainter marks are taken for paper."""

_FULL_RANK: Final = 0.9
"""The share of the ink's pixels that are fainter than what counts as full ink."""

_NOISE_LIMIT: Final = 4.5
"""Each piece of ink stands out somewhere by this many standard deviations of the paper's noise."""

_FAINT_NOISE_LIMIT: Final = 3.0
"""And everywhere by this many."""

_SOLID: Final = 0.25
"""Of full ink: each piece of ink must reach this somewhere."""

_FAINT: Final = 0.08
"""Of full ink: what hangs together with solid ink and reaches this belongs to it, with the pixels that touch it."""

_SPECK: Final = 0.005
"""Pieces with less than this share of the largest piece's ink are dirt."""

_LARGE: Final = 0.15
"""Pieces with this share of the largest one's ink need nothing solid."""

_TABLE: Final = 0.25
"""Of the picture's edge: what covers more of it is no ink but what the sheet lies on."""

_RULED: Final = 0.1
"""Of the shorter side, inwards: a rule that runs along the edge, with all the ink that touches it, is none there."""

_LEAST_PIECE: Final = 8.0
_LEAST_PIECE_SIDE: Final = 0.007
"""Pixels' worth of full ink, and the side of a square relative to the picture's longer side: on noisy paper, pieces
with less ink than either come from the noise, but for points."""

_BOLD: Final = 0.5
_BOLD_NOISE: Final = 8.0
"""Of full ink, and standard deviations of the noise: a pixel of such contrast comes neither from noise nor texture."""

_POINT: Final = 0.5
_LEAST_POINT: Final = 2.0
"""Of a dot as wide as the pen, and pixels' worth of full ink: bold pieces with as much are points of the writing."""

_SOFTENED_SIDE: Final = 100
"""Pixels of the longer side from which a noisy picture may lose a little sharpness to lose most of its noise."""

_DARKEST_LIGHT: Final = 0.1
"""Of full light: in deeper shade ink is not made out."""

_TILES: Final = 48
"""Along the longer side, in which the paper's tone is measured."""

_LEAST_TILE: Final = 6
"""Pixels a side, so that a tile's tone says more of the paper than of the noise."""

_FITS: Final = 8
"""Rounds in which the ink is left out of the light's and the noise's measurement."""

_PAPER_REACH: Final = 2.0
"""Standard deviations above the paper's level from which a pixel counts as ink while the noise is measured: a row of
writing covers a quarter of its picture."""

_WIDEST_STROKE: Final = 0.2
"""Of the longer side: ink in wider patches would be taken for shade."""


def ink_on_paper(tones: NDArray[np.float32]) -> NDArray[np.float32]:
    """Tell the ink from the paper and bring it to full contrast.

    Paper is what most of the picture's edge is, ink what is darker, or lighter where that reaches further.

    Args:
        tones: float32 [H, W], H and W ≥ 1: 0 black to 1 white.

    Returns:
        float32 [H, W], 0 (paper) to 1 (ink); all zero where there is no ink.
    """
    edge = np.concatenate([tones[0], tones[-1], tones[:, 0], tones[:, -1]])
    ground = float(np.median(edge))
    if _is_flat(tones, ground):
        # The ink lies on that side of the ground's tone that reaches further; from here on it is the brighter side.
        if _reaches_down(tones - ground):
            tones, ground = 1 - tones, 1 - ground
        return _cleaned(tones - ground, np.float32(1.0), 0.0)
    # A bright corner of a sheet may be further from its middle's tone than the ink is: the light is taken out first.
    if _reaches_down(tones - _smooth_light(tones, _tile_of(tones))):
        tones = 1 - tones
    if max(tones.shape) >= _SOFTENED_SIDE:
        tones = _neighbourhood(tones, 1, np.mean)
    paper = _uneven_paper(tones)
    rest = tones - paper
    # The darkest paper around a place lies below its own: most pixels are paper, and show by how much.
    level, noise = _level_and_noise(rest)
    return _cleaned(rest - np.float32(level), np.maximum(1.0 - paper, _DARKEST_LIGHT), noise)


def _level_and_noise(rest: NDArray[np.float32]) -> tuple[float, float]:
    """The median and the standard deviation of the paper's pixels; ink sticks out upwards and is left out."""
    paper = rest.ravel()
    level = noise = 0.0
    for _ in range(_FITS):
        level = float(np.median(paper))
        noise = 1.4826 * float(np.median(np.abs(paper - level)))
        paper = rest[rest <= level + _PAPER_REACH * noise]
    return level, noise


def _reaches_down(rest: NDArray[np.float32]) -> bool:
    """Whether the darkest place is further from the paper's tone than the brightest."""
    return float(rest.max()) < -float(rest.min())


def _is_flat(tones: NDArray[np.float32], ground: float) -> bool:
    """Whether the paper has one tone all over, as in pictures that were drawn and not photographed."""
    away = np.abs(tones - ground)
    near = away[away < float(away.max()) / 2]
    return bool(near.size == 0 or float(np.quantile(near, _FLAT_SHARE)) <= _FLAT)


def _tile_of(tones: NDArray[np.float32]) -> int:
    """Pixels a side of a tile."""
    return max(_LEAST_TILE, round(int(max(tones.shape)) / _TILES))


def _uneven_paper(tones: NDArray[np.float32]) -> NDArray[np.float32]:
    """The paper's tone at each pixel, float32 [H, W].

    It is the light that falls off smoothly, plus the darkest of what is left around each place (ink is the brighter
    side here), so wide that it sees past the strokes.
    """
    height, width = tones.shape
    tile = _tile_of(tones)
    light = _smooth_light(tones, tile)
    rows, columns = -(-height // tile), -(-width // tile)
    padded = np.pad(tones - light, ((0, rows * tile - height), (0, columns * tile - width)), mode="edge")
    middles = np.median(padded.reshape(rows, tile, columns, tile), axis=(1, 3))
    reach = max(1, round(max(rows, columns) * _WIDEST_STROKE / 2))
    shade = _neighbourhood(_neighbourhood(middles, reach, np.min), reach, np.max)
    image = Image.fromarray(_neighbourhood(shade, 1, np.mean).astype(np.float32))
    # Between the tiles' middles, over the picture's own part of the padded field.
    box = (0.0, 0.0, width / tile, height / tile)
    shade = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box=box), dtype=np.float32)
    paper: NDArray[np.float32] = light + shade
    return paper


def _smooth_light(tones: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """The quadratic surface through the paper's tones, [H, W]; pixels that stick out of it count as ink."""
    height, width = tones.shape
    y, x = np.linspace(-1.0, 1.0, height), np.linspace(-1.0, 1.0, width)
    # A few pixels are enough for six numbers.
    values = tones[::step, ::step].astype(np.float64).ravel()
    terms = _quadratic_terms(y[::step], x[::step]).reshape(-1, 6)
    paper = np.full(values.shape, True)
    factors = np.zeros(6)
    for _ in range(_FITS):
        factors = np.linalg.lstsq(terms[paper], values[paper], rcond=None)[0]
        rest = values - terms @ factors
        # Noise lies evenly to both sides, ink to the upper one only.
        paper = np.abs(rest) <= 3 * float(np.median(np.abs(rest[paper]))) + _FLAT
    return np.asarray(_quadratic_terms(y, x) @ factors, dtype=np.float32)


def _quadratic_terms(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [len(y), len(x), 6]: 1, x, y, x², xy, y² at each place."""
    down, across = np.meshgrid(y, x, indexing="ij")
    return np.stack([np.ones_like(down), across, down, across**2, across * down, down**2], axis=-1)


def _neighbourhood(field: NDArray[Any], reach: int, measure: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """A measure such as `np.max` over the square around each element, `reach` elements to each side."""
    side = 2 * reach + 1
    padded = np.pad(field, reach, mode="edge")
    across = measure(sliding_window_view(padded, side, axis=1), axis=2)
    return measure(sliding_window_view(across, side, axis=0), axis=2)


def _cleaned(rest: NDArray[np.float32], light: NDArray[np.float32] | np.float32, noise: float) -> NDArray[np.float32]:
    """Full contrast for what is ink, and nothing for all else.

    Args:
        rest: float32 [H, W]: how far each pixel is from the paper's tone, ink above zero.
        light: How much light falls on each pixel; the paper's noise is the same in all light, the ink's contrast not.
        noise: The paper's standard deviation.
    """
    ink = rest / light
    blank = np.zeros(ink.shape, np.float32)
    certain = (ink > LEAST_CONTRAST) & (rest > _NOISE_LIMIT * noise)
    if not certain.any():
        return blank
    full = float(np.quantile(ink[certain], _FULL_RANK))
    if full < _FULL_CONTRAST:
        ink = ink / np.float32(full)
    faint = (ink >= _FAINT) & (rest >= _FAINT_NOISE_LIMIT * noise)
    least_mass = max(_LEAST_PIECE, (_LEAST_PIECE_SIDE * max(ink.shape)) ** 2) if noise > 0 else 0.0
    bold = (ink >= _BOLD) & (rest >= _BOLD_NOISE * noise)
    kept = _pieces_of_ink(ink, solid=certain & (ink >= _SOLID), faint=faint, bold=bold, least_mass=least_mass)
    return np.where(kept, np.clip(ink, 0.0, 1.0), blank)


def _pieces_of_ink(
    ink: NDArray[np.float32],
    *,
    solid: NDArray[np.bool_],
    faint: NDArray[np.bool_],
    bold: NDArray[np.bool_],
    least_mass: float,
) -> NDArray[np.bool_]:
    """bool [H, W]: the faint pieces with a solid pixel that are neither dirt nor table, and what touches them.

    Pieces of less than the least mass, in pixels of full ink, are kept where they are bold and as large as the pen's
    points: how large a picture is says nothing of how large the points in it are.
    """
    labels, count = label_components(faint)
    masses = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count + 1)
    is_ink = np.zeros(count + 1, bool)
    is_ink[labels[solid]] = True
    is_ink[0] = False
    # Texture makes noise of paper, and what stands out of it less than the boldest ink is writing all the same.
    is_ink |= masses >= _LARGE * float(masses.max(initial=0.0, where=is_ink))
    is_ink[0] = False
    inwards = round(_RULED * min(labels.shape))
    is_ink &= ~(
        _along_edge(labels, count) & _along_edge(labels[inwards : -inwards or None, inwards : -inwards or None], count)
    )
    is_ink &= masses >= _SPECK * float(masses.max(initial=0.0, where=is_ink))
    kept = is_ink & (masses >= least_mass)
    # Without any writing there are no points of it.
    if kept.any() and not np.array_equal(kept, is_ink):
        pen = pen_width(np.where(kept[labels], np.clip(ink, 0.0, 1.0), np.float32(0.0)))
        is_point = np.zeros(count + 1, bool)
        is_point[labels[bold]] = True
        is_point &= masses >= max(_LEAST_POINT, _POINT * np.pi / 4 * pen**2)
        kept |= is_ink & is_point
    touched: NDArray[np.bool_] = _neighbourhood(kept[labels], 1, np.max)
    return touched


def _along_edge(labels: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """bool [count + 1]: which pieces cover so much of a field's edge as no ink does."""
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.bincount(edge, minlength=count + 1) > _TABLE * edge.size
