"""Separate the ink from a sheet of paper, whatever its light, its noise and its dirt."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.components import label_components
from digitvision.ink.pen_width import pen_width

_FLAT: Final = 1.5 / 255
"""Largest deviation of paper that was drawn with one tone and not photographed."""

_FLAT_SHARE: Final = 0.7
"""Share of the pixels nearer to paper than to ink that must not deviate; the others are the ink's soft edges."""

_EDGE: Final = 0.7
"""Least share of the picture's edge that has the paper's tone, where the edge tells it; `_CLEARER` how much more of
the whole picture has to have another tone, where that is the paper's."""
_CLEARER: Final = 0.05

_FULL_CONTRAST: Final = 0.9
"""Ink of this contrast or more is left as it is, so that pictures such as MNIST's stay the same to the bit."""

LEAST_CONTRAST: Final = 0.06
"""Least contrast of ink, 0 to 1; fainter marks are paper."""

_FULL_RANK: Final = 0.9
"""Quantile of the ink's contrast that is brought to full ink."""

_NOISE_LIMIT: Final = 4.5
"""Each component of ink stands out somewhere by this many standard deviations of the paper's noise."""

_FAINT_NOISE_LIMIT: Final = 3.0
"""Each of its pixels stands out by this many."""

_SOLID: Final = 0.25
"""Contrast, as a share of full ink, that each component must reach somewhere."""

_FAINT: Final = 0.08
"""Contrast, as a share of full ink, from which pixels connected to solid ink belong to it, with their neighbours."""

_SPECK: Final = 0.005
"""Components with less than this share of the largest component's ink are dirt."""

_LARGE: Final = 0.15
"""Components with this share of the largest one's ink need nothing solid."""

_TABLE: Final = 0.25
"""Share of the picture's edge: a component that covers more of it is not ink but what the sheet lies on."""

_RULED: Final = 0.1
"""Distance from the edge, as a share of the shorter side, at which such a component must cover as much: a rule along
the edge, with all the ink that touches it, does not."""

_PEN: Final = 0.2
"""Largest width of a pen, as a share of the longer side, where there is no other ink; `_SAME_PEN` in widths of that."""
_SAME_PEN: Final = 1.5

_LEAST_COMPONENT: Final = 8.0
_LEAST_COMPONENT_SIDE: Final = 0.007
"""Least ink, as pixels of full ink, and as the side of a square relative to the picture's longer side: on noisy paper,
components with less ink than either come from the noise, except for points."""

_BOLD: Final = 0.5
_BOLD_NOISE: Final = 8.0
"""Share of full ink, and standard deviations of the noise: such contrast comes neither from noise nor from texture."""

_POINT: Final = 0.5
_LEAST_POINT: Final = 2.0
"""Least ink of a point, as a share of a dot as wide as the pen, and as pixels of full ink; it must be bold, too."""

_SOFTENED_SIDE: Final = 100
"""Pixels of the longer side from which a noisy picture may lose a little sharpness to lose most of its noise."""

_DARKEST_LIGHT: Final = 0.1
"""Least light, 0 to 1: in deeper shade ink cannot be made out."""

_TILES: Final = 48
"""Tiles along the longer side in which the paper's tone is measured."""

_LEAST_TILE: Final = 6
"""Pixels of a tile's side at least, so that its tone depends more on the paper than on the noise."""

_FITS: Final = 8
"""Rounds in which ink is excluded from the measurement of light and noise."""

_PAPER_REACH: Final = 2.0
"""Standard deviations above the paper's level from which a pixel counts as ink while the noise is measured: a row of
writing covers a quarter of its picture."""

_WIDEST_STROKE: Final = 0.2
"""Widest stroke, as a share of the longer side; wider patches of ink count as shade."""


def ink_on_paper(tones: NDArray[np.float32]) -> NDArray[np.float32]:
    """Separate the ink from the paper and bring it to full contrast.

    Paper has the tone of most of the picture's edge, or of most of the picture where ink runs along its edge. Ink is
    what is darker, or lighter where that deviates more.

    Args:
        tones: float32 [H, W], H and W ≥ 1: 0 black to 1 white.

    Returns:
        float32 [H, W], 0 (paper) to 1 (ink); all zero where there is no ink.
    """
    ground = _ground(tones)
    if _is_flat(tones, ground):
        # Ink is on the side of the paper's tone with the larger deviation; from here on that is the brighter side.
        if _reaches_down(tones - ground):
            tones, ground = 1 - tones, 1 - ground
        return _cleaned(tones - ground, np.float32(1.0), 0.0)
    # A bright corner of a sheet may deviate more than the ink does: the light is removed first.
    if _reaches_down(tones - _smooth_light(tones, _tile_of(tones))):
        tones = 1 - tones
    if max(tones.shape) >= _SOFTENED_SIDE:
        tones = _neighbourhood(tones, 1, np.mean)
    paper = _uneven_paper(tones)
    rest = tones - paper
    # The darkest paper in a neighbourhood is darker than its median: most pixels are paper, and give the difference.
    level, noise = _level_and_noise(rest)
    return _cleaned(rest - np.float32(level), np.maximum(1.0 - paper, _DARKEST_LIGHT), noise)


def _ground(tones: NDArray[np.float32]) -> float:
    """Return the tone of the paper: a glyph that was cropped closely may cover half of the edge."""
    edge = np.concatenate([tones[0], tones[-1], tones[:, 0], tones[:, -1]])
    reach = float(np.ptp(tones)) / 2

    def share(some: NDArray[np.float32], ground: float) -> float:
        return float((np.abs(some - ground) < reach).mean())

    at_edge, within = float(np.median(edge)), float(np.median(tones))
    told = share(edge, at_edge)
    return at_edge if told >= min(_EDGE, share(tones, within) - _CLEARER) else within


def _level_and_noise(rest: NDArray[np.float32]) -> tuple[float, float]:
    """Return the median and the standard deviation of the paper's pixels, leaving out ink, which deviates upwards."""
    paper = rest.ravel()
    level = noise = 0.0
    for _ in range(_FITS):
        level = float(np.median(paper))
        noise = 1.4826 * float(np.median(np.abs(paper - level)))
        before, paper = paper.size, rest[rest <= level + _PAPER_REACH * noise]
        # The darkest pixels up to some tone are the same ones where they are as many; so would all further rounds be.
        if paper.size == before:
            break
    return level, noise


def _reaches_down(rest: NDArray[np.float32]) -> bool:
    """Whether the darkest pixel deviates more from the paper's tone than the brightest."""
    return float(rest.max()) < -float(rest.min())


def _is_flat(tones: NDArray[np.float32], ground: float) -> bool:
    """Whether the paper has one tone all over, as in pictures that were drawn and not photographed."""
    away = np.abs(tones - ground)
    near = away[away < float(away.max()) / 2]
    return bool(near.size == 0 or float(np.quantile(near, _FLAT_SHARE)) <= _FLAT)


def _tile_of(tones: NDArray[np.float32]) -> int:
    """Return the pixels of a tile's side."""
    return max(_LEAST_TILE, round(int(max(tones.shape)) / _TILES))


def _uneven_paper(tones: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the paper's tone at each pixel, float32 [H, W].

    It is the light that falls off smoothly, plus the darkest rest in a neighbourhood that is wider than the strokes
    (ink is the brighter side here).
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
    # Interpolate between the tiles' middles, over the picture's own part of the padded field.
    box = (0.0, 0.0, width / tile, height / tile)
    shade = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box=box), dtype=np.float32)
    paper: NDArray[np.float32] = light + shade
    return paper


def _smooth_light(tones: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return the quadratic surface through the paper's tones, [H, W]; pixels that deviate from it count as ink."""
    height, width = tones.shape
    y, x = np.linspace(-1.0, 1.0, height), np.linspace(-1.0, 1.0, width)
    # A few pixels are enough to determine six numbers.
    values = tones[::step, ::step].astype(np.float64).ravel()
    terms = _quadratic_terms(y[::step], x[::step]).reshape(-1, 6)
    paper = np.full(values.shape, True)
    factors = np.zeros(6)
    for _ in range(_FITS):
        factors = np.linalg.lstsq(terms[paper], values[paper], rcond=None)[0]
        rest = values - terms @ factors
        # Noise deviates evenly in both directions, ink upwards only.
        before, paper = paper, np.abs(rest) <= 3 * float(np.median(np.abs(rest[paper]))) + _FLAT
        if np.array_equal(paper, before):
            break
    one, across, down, across_twice, both, down_twice = factors
    light = one + x * (across + x * across_twice) + y[:, None] * (down + x * both + y[:, None] * down_twice)
    return np.asarray(light, dtype=np.float32)


def _quadratic_terms(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64 [len(y), len(x), 6]: 1, x, y, x², xy, y² at each point."""
    down, across = np.meshgrid(y, x, indexing="ij")
    return np.stack([np.ones_like(down), across, down, across**2, across * down, down**2], axis=-1)


def _neighbourhood(field: NDArray[Any], reach: int, measure: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """Apply a measure such as `np.max` to the square around each element, `reach` elements to each side."""
    side = 2 * reach + 1
    padded = np.pad(field, reach, mode="edge")
    across = measure(sliding_window_view(padded, side, axis=1), axis=2)
    return measure(sliding_window_view(across, side, axis=0), axis=2)


def _cleaned(rest: NDArray[np.float32], light: NDArray[np.float32] | np.float32, noise: float) -> NDArray[np.float32]:
    """Return the ink at full contrast, and nothing of all else.

    Args:
        rest: float32 [H, W]: difference of each pixel from the paper's tone, ink above zero.
        light: Amount of light on each pixel; the paper's noise is the same in all light, the ink's contrast is not.
        noise: Standard deviation of the paper.
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
    least_mass = max(_LEAST_COMPONENT, (_LEAST_COMPONENT_SIDE * max(ink.shape)) ** 2) if noise > 0 else 0.0
    bold = (ink >= _BOLD) & (rest >= _BOLD_NOISE * noise)
    kept = _components_of_ink(ink, solid=certain & (ink >= _SOLID), faint=faint, bold=bold, least_mass=least_mass)
    return np.where(kept, np.clip(ink, 0.0, 1.0), blank)


def _components_of_ink(
    ink: NDArray[np.float32],
    *,
    solid: NDArray[np.bool_],
    faint: NDArray[np.bool_],
    bold: NDArray[np.bool_],
    least_mass: float,
) -> NDArray[np.bool_]:
    """bool [H, W]: the faint components with a solid pixel that are neither dirt nor table, and their neighbours.

    Components of less than the least mass, in pixels of full ink, are kept where they are bold and as large as the
    pen's points: the size of a picture says nothing about the size of the points in it.
    """
    labels, count = label_components(faint)
    masses = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count + 1)
    is_ink = np.zeros(count + 1, bool)
    is_ink[labels[solid]] = True
    is_ink[0] = False
    # On textured paper the noise is large, and writing that exceeds it less than the boldest ink is kept too.
    is_ink |= masses >= _LARGE * float(masses.max(initial=0.0, where=is_ink))
    is_ink[0] = False
    inwards = round(_RULED * min(labels.shape))
    table = is_ink & (
        _near_corner(labels, count, inwards)
        & _along_edge(labels, count)
        & _along_edge(labels[inwards : -inwards or None, inwards : -inwards or None], count)
    )
    if table.any() and not _is_cropped_glyph(ink, labels, table, is_ink & ~table):
        is_ink &= ~table
    is_ink &= masses >= _SPECK * float(masses.max(initial=0.0, where=is_ink))
    kept = is_ink & (masses >= least_mass)
    # Without any writing there are no points.
    if kept.any() and not np.array_equal(kept, is_ink):
        pen = pen_width(np.where(kept[labels], np.clip(ink, 0.0, 1.0), np.float32(0.0)))
        is_point = np.zeros(count + 1, bool)
        is_point[labels[bold]] = True
        is_point &= masses >= max(_LEAST_POINT, _POINT * np.pi / 4 * pen**2)
        kept |= is_ink & is_point
    touched: NDArray[np.bool_] = _neighbourhood(kept[labels], 1, np.max)
    return touched


def _is_cropped_glyph(
    ink: NDArray[np.float32], labels: NDArray[np.intp], some: NDArray[np.bool_], others: NDArray[np.bool_]
) -> bool:
    """Whether components along the edge are what a pen wrote: a glyph that was cropped closely, or parts of one.

    Args:
        ink: float32 [H, W].
        labels: int [H, W], the number of each pixel's component, 0 for none.
        some: bool [count + 1]: the components along the edge; the first place stands for none.
        others: bool [count + 1]: all other ink.
    """

    def width(chosen: NDArray[np.bool_]) -> float:
        return pen_width(np.where(chosen[labels], np.clip(ink, 0.0, 1.0), np.float32(0.0)))

    if not others.any():
        return bool(width(some) <= _PEN * max(labels.shape))
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return bool(others[edge].any()) and width(some) <= _SAME_PEN * width(others)


def _near_corner(labels: NDArray[np.intp], count: int, reach: int) -> NDArray[np.bool_]:
    """bool [count + 1]: which components are near a corner: a glyph that the picture cuts on its sides is near none."""
    found = np.zeros(count + 1, bool)
    for rows in (slice(0, reach + 1), slice(-reach - 1, None)):
        for columns in (slice(0, reach + 1), slice(-reach - 1, None)):
            found[labels[rows, columns]] = True
    return found


def _along_edge(labels: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """bool [count + 1]: the components that cover more of a field's edge than ink does."""
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.bincount(edge, minlength=count + 1) > _TABLE * edge.size
