"""Rasters that are a dot, and those that are not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitvision.ink.dots import is_dot
from digitvision.ink.picture import ink_of_picture
from digitvision.ink.raster import rasterize, rasterize_picture
from digitvision.ink.stroke import Stroke
from digitvision.training.data.loading import load_mnist


def spot(radius: float, *, across: float = 1.0, hole: float = 0.0, dark: bool = True) -> Image.Image:
    """Return a spot of this radius in pixels, drawn four times as large and reduced, so that its edge is soft."""
    ground, ink = (255, 0) if dark else (0, 255)
    image = Image.new("L", (1600, 1600), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse([800 - 4 * radius * across, 800 - 4 * radius, 800 + 4 * radius * across, 800 + 4 * radius], fill=ink)
    if hole:
        draw.ellipse([800 - 4 * hole, 800 - 4 * hole, 800 + 4 * hole, 800 + 4 * hole], fill=ground)
    return image.resize((400, 400), Image.Resampling.BOX)


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("radius", [2, 4, 15, 40, 100])
def test_a_spot_of_any_size_is_a_dot(radius: int, dark: bool) -> None:
    assert is_dot(rasterize_picture(ink_of_picture(spot(radius, dark=dark))))


def test_ink_with_a_shape_is_no_dot() -> None:
    for image in (spot(40, hole=20), spot(40, across=0.5), spot(40, across=2.0)):
        assert not is_dot(rasterize_picture(ink_of_picture(image)))
    assert not is_dot(np.zeros((28, 28), np.float32))
    square = np.zeros((28, 28), np.float32)
    square[4:24, 4:24] = 1
    assert not is_dot(square)


def test_a_pen_that_only_touched_the_paper_leaves_a_dot() -> None:
    tap = Stroke(np.array([[5.0, 3.0, 0.0, 0.7]]))
    line = Stroke(np.array([[5.0, 3.0, 0.0, 0.7], [9.0, 3.5, 20.0, 0.7]]))

    assert is_dot(rasterize([tap]))
    assert not is_dot(rasterize([line]))


@pytest.mark.slow
def test_no_digit_is_a_dot() -> None:
    assert not any(is_dot(raster) for raster in load_mnist("test").floats().reshape(-1, 28, 28))
