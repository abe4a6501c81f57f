"""Measuring the pen's width in a picture and widening a fine pen, whatever the contrast, blur and position."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from digitvision.ink.pen_width import pen_width, widen
from digitvision.ink.raster import FINEST_PEN, GLYPH_BOX, rasterize_picture
from tests.ink.drawings import DIGITS, sample_drawing

SHARE = FINEST_PEN / GLYPH_BOX


def _ring(side: int, width: float, *, blur: float = 0.0, ink: float = 1.0) -> NDArray[np.float32]:
    """Return a circle by a pen of this width, cut to its ink."""
    picture = Image.new("L", (4 * side, 4 * side))
    ImageDraw.Draw(picture).ellipse((8, 8, 4 * side - 9, 4 * side - 9), outline=255, width=round(4 * width))
    picture = picture.reduce(4).filter(ImageFilter.GaussianBlur(blur))
    found = np.asarray(picture, np.float32) / np.float32(255) * np.float32(ink)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    return found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("width", [2, 5, 12])
@pytest.mark.parametrize("ink", [1.0, 0.4])
def test_the_width_of_a_pen_is_found_however_faint(width: int, ink: float) -> None:
    assert pen_width(_ring(120, width, ink=ink)) == pytest.approx(width, rel=0.12)


@pytest.mark.parametrize("blur", [1.0, 2.0])
def test_a_blurred_line_is_wider_by_about_the_blur(blur: float) -> None:
    sharp = pen_width(_ring(120, 5))

    assert sharp < pen_width(_ring(120, 5, blur=blur)) < sharp + 2.5 * blur


def test_the_width_of_a_bar_and_of_an_empty_picture() -> None:
    assert pen_width(np.ones((3, 400), np.float32)) == pytest.approx(3 * 4 / np.pi, rel=0.02)
    assert pen_width(np.zeros((5, 5), np.float32)) == 0


@pytest.mark.parametrize("width", [9, 20, 60])
def test_a_wide_pen_stays_as_it_is(width: int) -> None:
    ring = _ring(130, width)

    assert widen(ring, SHARE) is ring


@pytest.mark.parametrize("side", [60, 130, 300])
@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("ink", [1.0, 0.5])
def test_a_fine_pen_becomes_as_wide_as_requested_and_stays_as_dark(side: int, width: int, ink: float) -> None:
    ring = _ring(side, width, ink=ink)
    assert pen_width(ring) < SHARE * side

    found = widen(ring, SHARE)

    assert pen_width(found) / max(found.shape) == pytest.approx(SHARE, rel=0.3)
    assert found.max() == pytest.approx(ring.max())
    # It is still a ring, round and hollow, with ink up to its edges.
    height, rows = found.shape[0], found.sum(axis=1)
    assert found.shape[0] == pytest.approx(found.shape[1], abs=1)
    assert not found[height // 3 : -(height // 3), height // 3 : -(height // 3)].any()
    assert rows[0] > 0
    assert rows[-1] > 0
    np.testing.assert_allclose(rows, rows[::-1], atol=0.12 * rows.max())


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (300, 1), (2, 2)])
def test_the_smallest_and_narrowest_pictures_do_no_harm(shape: tuple[int, int]) -> None:
    found = widen(np.ones(shape, np.float32), SHARE)

    assert found.dtype == np.float32
    assert found.max() == 1
    assert found.shape[0] >= 1


def _drawn(digit: int, width: int, side: int = 300) -> NDArray[np.float32]:
    """Return a shipped sample as a picture, drawn by a pen of `width` pixels."""
    strokes = sample_drawing(digit).strokes
    points = np.concatenate([stroke.xy for stroke in strokes])
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    picture = Image.new("L", (side + 60, side + 60))
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        path = [(x, y) for x, y in ((stroke.xy - low) / extent * side + 30).tolist()]
        draw.line(path, fill=255, width=width)
        for x, y in path if width > 4 else []:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return np.asarray(picture, np.float32) / np.float32(255)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_hairline_leaves_the_raster_of_a_fine_pen(digit: int, width: int) -> None:
    fine = round(300 * SHARE / (1 - SHARE))
    found, expected = (rasterize_picture(_drawn(digit, pen)) for pen in (width, fine))

    assert found.sum() == pytest.approx(expected.sum(), rel=0.25)
    assert found.max() > 0.8
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.91
