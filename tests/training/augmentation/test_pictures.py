"""Pictures of strokes: their size, pen and flaws, and that their rasters are those of the strokes."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.raster import Raster, rasterize, rasterize_picture
from digitvision.training.augmentation.pictures import LARGEST_PX, SMALLEST_PX, draw_picture, photograph
from digitvision.training.data.glyphs import Paths, stroke_of
from tests.ink.test_raster import centre_of_mass
from tests.training.augmentation.test_handwriting import dots, glyphs
from tests.training.recipes.made_recipes import CAPITALS, shape

pytestmark = pytest.mark.slow

UPRIGHT: Paths = (np.array([[0.0, 0.0], [0.0, 100.0]]),)
POINT: Paths = (np.array([[3.0, 4.0]]),)


def _ink(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture, np.float64) / 255


@functools.cache
def _upright(text: str) -> Raster:
    return rasterize([stroke_of(path) for path in shape(text)])


@settings(max_examples=50)
@given(glyphs, st.integers(8, 120), st.floats(1, 10))
def test_a_picture_is_as_large_as_asked_for(glyph: Paths, side: int, width: float) -> None:
    picture = draw_picture(glyph, side=side, width=width)

    box = picture.getbbox()
    assert picture.mode == "L"
    assert box is not None
    size = np.ptp(np.concatenate(glyph), axis=0)
    # A glyph without extent is as large as the pen, and no glyph is smaller.
    expected = max(side, width) if size.max() > 0 else width
    assert max(box[2] - box[0], box[3] - box[1]) == pytest.approx(expected, abs=2.5)


@pytest.mark.parametrize("side", [16, 40, 150])
@pytest.mark.parametrize("text", ["4", "8", *CAPITALS])
def test_strokes_are_drawn_where_they_are(text: str, side: int) -> None:
    width = side * 0.12

    ink = _ink(draw_picture(shape(text), side=side, width=width))

    points = np.concatenate(shape(text))
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (side - width) / (high - low).max()
    rows, columns = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]] + 0.5
    nearest = np.full(ink.shape, np.inf)
    for path in shape(text):
        # Every few tenths of a pixel along the way: how far is each pixel from it?
        way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        stops = np.linspace(0, way[-1], max(2, int(way[-1] * scale * 3)))
        for x, y in zip(np.interp(stops, way, path[:, 0]), np.interp(stops, way, path[:, 1]), strict=True):
            # Drawn twice as large, with one pixel of a margin.
            column, row = (x - low[0]) * scale + width / 2 + 0.5, (y - low[1]) * scale + width / 2 + 0.5
            nearest = np.minimum(nearest, np.hypot(columns - column, rows - row))
    assert (ink[nearest < width / 2 - 1.2] > 0.9).all()
    assert (ink[nearest > width / 2 + 1.5] == 0).all()


@pytest.mark.parametrize("text", ["2", "8", "X"])
def test_a_thicker_pen_leaves_more_ink_and_takes_no_more_room(text: str) -> None:
    pictures = [draw_picture(shape(text), side=60, width=width) for width in (1, 2, 4, 8, 14)]

    amounts = [_ink(picture).sum() for picture in pictures]
    assert amounts == sorted(amounts)
    assert amounts[-1] > 4 * amounts[0]
    assert {max(picture.size) for picture in pictures} <= set(range(59, 64))


@pytest.mark.parametrize("width", [2.0, 5.0, 12.0])
def test_a_line_is_as_wide_as_the_pen(width: float) -> None:
    ink = _ink(draw_picture(UPRIGHT, side=100, width=width))

    assert np.median(ink[20:-20].sum(axis=1)) == pytest.approx(width, abs=0.75)


def test_the_pen_may_be_thicker_at_some_samples() -> None:
    stem = np.stack([np.zeros(101), np.linspace(0, 100, 101)], axis=1)
    # Dots at either side, so that the stem stands in the middle of the picture.
    left, right = np.array([[-50.0, 0.0]]), np.array([[50.0, 0.0]])
    widths = [np.where(np.arange(101) < 50, 0.5, 1.5), np.ones(1), np.ones(1)]

    ink = _ink(draw_picture((stem, left, right), side=100, width=8, widths=widths))

    assert np.median(ink[10:40].sum(axis=1)) == pytest.approx(4, abs=0.75)
    assert np.median(ink[60:90].sum(axis=1)) == pytest.approx(12, abs=1.2)


def test_where_the_pen_is_thicker_at_the_edge_nothing_is_cut_off() -> None:
    stem = np.stack([np.zeros(101), np.linspace(0, 100, 101)], axis=1)

    ink = _ink(draw_picture((stem,), side=100, width=8, widths=[np.full(101, 1.4)]))

    assert np.median(ink[20:-20].sum(axis=1)) == pytest.approx(8 * 1.4, abs=0.75)


@pytest.mark.parametrize("text", ["4", "5", "E"])
def test_a_factor_of_one_is_the_pen_itself(text: str) -> None:
    plain = _ink(draw_picture(shape(text), side=80, width=6))
    same = _ink(draw_picture(shape(text), side=80, width=6, widths=[np.ones(len(path)) for path in shape(text)]))

    assert same.shape == plain.shape
    assert np.abs(same - plain).mean() < 0.01


def test_every_stroke_has_widths_of_its_own() -> None:
    widths = [np.full(len(path), width) for path, width in zip(shape("T"), (0.4, 1.6), strict=True)]

    ink = _ink(draw_picture(shape("T"), side=100, width=8, widths=widths))

    level, stem = ink[:30, 10:25].sum(axis=0), ink[40:80].sum(axis=1)
    assert np.median(level) == pytest.approx(3.2, abs=0.75)
    assert np.median(stem) == pytest.approx(12.8, abs=1.2)


@given(st.one_of(glyphs, dots), st.integers(0, 2**32 - 1))
def test_any_ink_is_visible_in_its_picture(glyph: Paths, seed: int) -> None:
    picture = photograph(glyph, np.random.default_rng(seed))

    assert picture.dtype == np.float32
    assert picture.ndim == 2
    assert 0 <= picture.min() <= picture.max() <= 1
    assert picture.any()
    # Nothing is left that would be taken for paper.
    assert picture[picture > 0].min() >= 0.1
    raster = rasterize_picture(picture)
    assert np.isfinite(raster).all()
    assert raster.any()


@pytest.mark.parametrize("glyph", [POINT, (POINT[0], POINT[0]), (np.full((5, 2), 7.0),), UPRIGHT])
def test_a_dot_is_visible_in_the_picture_of_any_device(glyph: Paths) -> None:
    for seed in range(300):
        assert rasterize_picture(photograph(glyph, np.random.default_rng(seed))).any()


@given(glyphs, st.integers(0, 2**32 - 1))
def test_the_same_seed_makes_the_same_picture(glyph: Paths, seed: int) -> None:
    before = [path.copy() for path in glyph]

    one, two = (photograph(glyph, np.random.default_rng(seed)) for _ in "ab")

    np.testing.assert_array_equal(one, two)
    assert all(np.array_equal(path, kept) for path, kept in zip(glyph, before, strict=True))


def test_pictures_are_of_all_sizes_and_pens() -> None:
    sides, shares = [], []
    for seed in range(300):
        picture = photograph(UPRIGHT, np.random.default_rng(seed))
        rows = np.flatnonzero(picture.any(axis=1))
        sides.append(np.ptp(rows) + 1)
        shares.append(picture.sum() / (np.ptp(rows) + 1) ** 2)

    # Blur makes some of them a little larger.
    assert SMALLEST_PX - 3 <= min(sides) < 1.3 * SMALLEST_PX
    assert 0.8 * LARGEST_PX < max(sides) <= LARGEST_PX * 1.15 + 10
    # As many between 16 and 49 pixels as between 49 and 150.
    assert np.median(sides) == pytest.approx(math.sqrt(SMALLEST_PX * LARGEST_PX), rel=0.25)
    assert np.quantile(shares, 0.95) > 4 * np.quantile(shares, 0.05)


def test_no_two_pictures_are_alike() -> None:
    generator = np.random.default_rng(0)

    rasters = {rasterize_picture(photograph(shape("3"), generator)).tobytes() for _ in range(40)}

    assert len(rasters) == 40


@pytest.mark.parametrize("text", ["0", "2", "5", "7", *CAPITALS])
def test_a_picture_has_nearly_the_raster_of_its_strokes(text: str) -> None:
    generator = np.random.default_rng(1)
    others = [other for other in "025" if other != text] + [other for other in CAPITALS if other != text]

    seen = np.array([rasterize_picture(photograph(shape(text), generator)) for _ in range(100)])

    # Pens differ, so no picture is the strokes' raster; but on the average it is about that.
    mean = seen.mean(axis=0)
    apart = {other: float(np.abs(mean - _upright(other)).mean()) for other in (text, *others)}
    assert apart[text] < 0.08
    assert apart[text] < 0.6 * min(apart[other] for other in others)
    for raster in seen:
        nearest = min((text, *others), key=lambda other: -float(_likeness(raster, _upright(other))))
        assert nearest == text
    assert centre_of_mass(mean) == pytest.approx(centre_of_mass(_upright(text)), abs=0.35)


def _likeness(one: Raster, other: Raster) -> float:
    """Return the similarity of two rasters as a cosine, which does not depend on the pen."""
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))
