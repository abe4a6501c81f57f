"""Points on noisy paper: the writing's are kept at every size of the picture, dirt and noise are removed."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.picture import ink_of_picture

HEIGHT, TOP, BOTTOM = 100, 25, 75
FIRST, STEP = 40, 60
"""First column of an upright stroke, and the columns between two."""


def row_of_strokes(width: int, pen: int) -> tuple[NDArray[np.float64], list[tuple[slice, slice]]]:
    """Return upright strokes with a point after each, as wide as the pen.

    Returns:
        float64 [HEIGHT, width], 0 (paper) to 1 (ink); and where the points are.
    """
    ink = np.zeros((HEIGHT, width))
    points = []
    for column in range(FIRST, width - STEP, STEP):
        ink[TOP:BOTTOM, column : column + pen] = 1
        point = (slice(BOTTOM - pen, BOTTOM), slice(column + STEP // 2, column + STEP // 2 + pen))
        ink[point] = 1
        points.append(point)
    return ink, points


def photograph(ink: NDArray[np.float64], *, noise: float = 0.02, dark: bool = False) -> Image.Image:
    tones = 0.9 - 0.7 * ink + np.random.default_rng(7).normal(0, noise, ink.shape)
    pixels = Image.fromarray(np.round(np.clip(tones, 0, 1) * 255).astype(np.uint8))
    return Image.eval(pixels, lambda tone: 255 - tone) if dark else pixels


def near_ink(written: NDArray[np.float64], reach: int = 3) -> NDArray[np.bool_]:
    """bool [H, W]: the ink, and the paper so near to it that its soft edge may lie there."""
    near = np.zeros(written.shape, bool)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            near |= np.roll(written > 0, (down, right), (0, 1))
    return near


@pytest.mark.parametrize("width", [200, 600, 1200])
@pytest.mark.parametrize("pen", [2, 3, 6])
@pytest.mark.parametrize("dark", [False, True])
def test_a_pens_points_are_kept_on_noisy_paper_and_the_noise_is_not(width: int, pen: int, dark: bool) -> None:
    written, points = row_of_strokes(width, pen)

    ink = ink_of_picture(photograph(written, dark=dark))

    # Smoothing spreads a point of two pixels over sixteen.
    assert [float(ink[point].max()) >= 0.45 for point in points] == [True] * len(points)
    assert not ink[~near_ink(written)].any()


def test_points_are_kept_where_there_is_much_noise() -> None:
    written, points = row_of_strokes(1200, 3)

    ink = ink_of_picture(photograph(written, noise=0.05))

    assert [bool(ink[point].any()) for point in points] == [True] * len(points)


def with_speck(width: int, pen: int, *, side: int, depth: float) -> tuple[NDArray[np.float32], tuple[slice, slice]]:
    """Return the ink that is found where a square of dirt lies above the writing, and the square's slices."""
    written, _ = row_of_strokes(width, pen)
    square = (slice(6, 6 + side), slice(width // 2, width // 2 + side))
    written[square] = depth
    return ink_of_picture(photograph(written)), square


def test_specks_much_smaller_than_the_pens_points_are_dirt() -> None:
    for side, kept in ((2, False), (3, False), (6, True)):
        ink, square = with_speck(1000, 6, side=side, depth=1.0)
        assert bool(ink[square].any()) is kept, side


def test_small_specks_much_fainter_than_the_writing_are_dirt() -> None:
    # It is larger than a point, and smaller than noise may be in a picture of this size.
    for depth, kept in ((0.3, False), (0.4, False), (0.7, True)):
        ink, square = with_speck(1000, 6, side=8, depth=depth)
        assert bool(ink[square].any()) is kept, depth


@pytest.mark.slow
def test_a_speck_on_blank_paper_is_no_point() -> None:
    blank = np.zeros((600, 800))
    blank[300:304, 400:404] = 1.0

    assert not ink_of_picture(photograph(blank)).any()
