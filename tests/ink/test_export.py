import xml.etree.ElementTree as ElementTree
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from digitvision.ink.export import LARGEST_SIDE, MARGIN, SMALLEST_SIDE, drawing_png, drawing_svg
from digitvision.ink.stroke import Drawing, Stroke, pen_width_at
from tests.ink.drawings import DIGITS, drawings, line, sample_drawing

SVG = "{http://www.w3.org/2000/svg}"


def png(drawing: Drawing, *, size: int = 300, pen_width: float = 24.0) -> NDArray[np.float64]:
    """Return the ink in the PNG, 0 to 1."""
    image = Image.open(BytesIO(drawing_png(drawing, size=size, pen_width=pen_width)))
    assert image.mode == "RGB"
    return 1 - np.asarray(image.convert("L"), dtype=np.float64) / 255


def svg(drawing: Drawing, *, size: int = 300, pen_width: float = 24.0) -> NDArray[np.float64]:
    """Return the ink in the SVG as Qt renders it, 0 to 1."""
    renderer = QSvgRenderer(QByteArray(drawing_svg(drawing, size=size, pen_width=pen_width).encode()))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[:, :, 3] / 255.0


@pytest.mark.parametrize("digit", DIGITS)
def test_the_png_and_the_svg_show_the_same(qapp: QGuiApplication, digit: int) -> None:
    drawing = sample_drawing(digit)
    first, second = png(drawing), svg(drawing)

    assert first.shape == second.shape
    difference = np.abs(first - second)
    assert difference.mean() < 0.01
    # Widths differ by less than a step of pressure, which is visible at edges only.
    assert (difference > 0.5).mean() < 0.003


@pytest.mark.parametrize("size", [SMALLEST_SIDE, 300, 2000])
@pytest.mark.parametrize("digit", [1, 4])
def test_the_longer_side_has_the_size_and_the_ink_keeps_the_margin(size: int, digit: int) -> None:
    ink = png(sample_drawing(digit), size=size)
    rows, columns = (np.flatnonzero((ink > 0.15).any(axis=axis)) for axis in (1, 0))
    margin = MARGIN * size

    assert max(ink.shape) == size
    assert rows[0] == pytest.approx(margin, abs=margin / 3 + 1.5)
    assert size - 1 - rows[-1] == pytest.approx(margin, abs=margin / 3 + 1.5)
    assert columns[0] >= margin - 1.5


def test_a_straight_line_s_width_follows_its_pressure() -> None:
    for pressure in (0.0, 0.5, 1.0):
        stroke = Stroke.of([(0, 0, 0, pressure), (1000, 0, 8, pressure)])
        # A heavy line beside it gives both pictures the same scale.
        heavy = Stroke.of([(0, 1000, 0, 1.0), (1000, 1000, 8, 1.0)])
        ink = png(Drawing((stroke, heavy)), size=1000, pen_width=40)
        unit = 900 / (1000 + pen_width_at(1.0, 40.0))

        assert ink[:500, 500].sum() == pytest.approx(pen_width_at(pressure, 40.0) * unit, abs=0.6)


def test_a_long_straight_line_has_no_gaps() -> None:
    ink = png(Drawing((line((0, 0), (3000, 10)),)), size=1000, pen_width=8)

    assert (ink[:, 60:940].max(axis=0) > 0.9).all()


def test_a_dot_is_a_disc() -> None:
    for ink in (png(Drawing((line((5, 5)),)), size=200), png(Drawing((line((5, 5), (5, 5)),)), size=200)):
        assert ink.shape == (200, 200)
        assert ink.sum() == pytest.approx(np.pi * 90**2, rel=0.01)


def test_a_dot_is_visible_in_the_svg(qapp: QGuiApplication) -> None:
    for dot in (line((5, 5)), line((5, 5), (5, 5))):
        assert svg(Drawing((dot,)), size=200).sum() == pytest.approx(np.pi * 90**2, rel=0.02)


def test_colours_and_transparency() -> None:
    drawing = Drawing((line((0, 0), (100, 100)),))
    opaque = Image.open(BytesIO(drawing_png(drawing, size=64, pen_width=20, ink="#ff8000", paper="#102030")))
    clear = Image.open(BytesIO(drawing_png(drawing, size=64, pen_width=20, ink="#ff8000", paper=None)))

    assert opaque.getpixel((32, 32)) == (0xFF, 0x80, 0x00)
    assert opaque.getpixel((60, 2)) == (0x10, 0x20, 0x30)
    assert clear.getpixel((32, 32)) == (0xFF, 0x80, 0x00, 255)
    assert clear.getpixel((60, 2)) == (0xFF, 0x80, 0x00, 0)


def test_an_empty_drawing_is_an_empty_page() -> None:
    ink = png(Drawing(), size=50)

    assert ink.shape == (50, 50)
    assert not ink.any()
    assert ElementTree.fromstring(drawing_svg(Drawing(), size=50, pen_width=5)).get("width") == "50"


def test_a_circle_is_round_and_has_soft_edges() -> None:
    angles = np.linspace(0, 2 * np.pi, 97)
    circle = line(*(500 + 400 * np.column_stack([np.cos(angles), np.sin(angles)])).tolist())
    ink = png(Drawing((circle,)), size=400, pen_width=30)
    y, x = np.mgrid[:400, :400] + 0.5
    scale = 360 / 830
    distance = np.abs(np.hypot(x - 200, y - 200) - 400 * scale)
    expected = np.clip(15 * scale + 0.5 - distance, 0, 1)

    assert np.abs(ink - expected).max() < 0.35
    assert np.abs(ink - expected).mean() < 0.005


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(drawings, st.floats(0.1, 300), st.integers(SMALLEST_SIDE, 200))
def test_any_drawing_makes_a_png_and_a_valid_svg(drawing: Drawing, pen_width: float, size: int) -> None:
    picture = Image.open(BytesIO(drawing_png(drawing, size=size, pen_width=pen_width)))
    root = ElementTree.fromstring(drawing_svg(drawing, size=size, pen_width=pen_width))

    assert max(picture.size) == size
    assert root.tag == f"{SVG}svg"
    assert root.get("version") == "1.1"
    assert (root.get("width"), root.get("height")) == (str(picture.width), str(picture.height))
    assert bool(root.findall(f".//{SVG}path")) == bool(drawing)
    for path in root.iter(f"{SVG}path"):
        numbers = path.get("d", "").replace("M", "").replace("C", "").replace("L", "").split()
        assert np.isfinite(np.array(numbers, float)).all()
        assert float(path.get("stroke-width", "nan")) > 0


@pytest.mark.parametrize("size", [0, SMALLEST_SIDE - 1, LARGEST_SIDE + 1])
def test_sizes_out_of_range_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="pixels a side"):
        drawing_png(sample_drawing(1), size=size, pen_width=20)
    with pytest.raises(ValueError, match="pixels a side"):
        drawing_svg(sample_drawing(1), size=size, pen_width=20)


@pytest.mark.slow
def test_a_page_full_of_strokes_is_exported() -> None:
    rng = np.random.default_rng(2)
    starts = rng.uniform(0, 1000, (3000, 1, 2))
    strokes = (Stroke.of(path.tolist()) for path in starts + rng.normal(0, 8, (3000, 6, 2)).cumsum(axis=1))
    drawing = Drawing(tuple(strokes))

    assert 0.05 < png(drawing, size=800, pen_width=4).mean() < 0.9
    assert drawing_svg(drawing, size=800, pen_width=4).count("<path") == 3000
