"""The raster compared with an independent slow rasteriser and with MNIST, and its invariances."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.export import drawing_png
from digitvision.ink.picture import ink_of_picture
from digitvision.ink.raster import (
    CENTRE,
    GLYPH_BOX,
    PEN_WIDTH,
    RASTER_SIZE,
    Raster,
    rasterize,
    rasterize_all,
    rasterize_picture,
)
from digitvision.ink.stroke import Drawing, Stroke
from tests.ink.drawings import DIGITS, line, mnist_test_images, sample_drawing, stroke_sets

FINENESS = 12
"""Sub-samples of the reference along each side of a pixel."""

POSITIONS = np.arange(RASTER_SIZE) + 0.5

FAINTEST = 0.5 / 255


def reference_raster(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """Draw a raster as it is documented, by brute force: each of many points is under the pen or not."""
    points = np.vstack([stroke.xy for stroke in strokes])
    size = np.ptp(points, axis=0)
    factor = (20 - 2.4) / size.max() if size.max() > 0 else 0.0
    box_middle = points.min(axis=0) + size / 2
    paths = [(stroke.xy - box_middle) * factor + 14 for stroke in strokes]
    raster = painted(paths)
    mass = raster.sum()
    centre = np.array([(raster.sum(axis=0) * POSITIONS).sum(), (raster.sum(axis=1) * POSITIONS).sum()]) / mass
    room = 14 - (size * factor + 2.4) / 2
    shift = np.clip(14.5 - centre, -room, room)
    return painted([path + shift for path in paths])


def painted(paths: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the share of each pixel's sub-samples that lie within 1.2 pixels of a path."""
    axis = (np.arange(RASTER_SIZE * FINENESS) + 0.5) / FINENESS
    x, y = np.meshgrid(axis, axis)
    under_pen = np.zeros(x.shape, bool)
    for path in paths:
        starts, ends = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
        for (ax, ay), (bx, by) in zip(starts.tolist(), ends.tolist(), strict=True):
            length = (bx - ax) ** 2 + (by - ay) ** 2
            along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length > 0 else np.zeros_like(x)
            along = np.clip(along, 0, 1)
            under_pen |= (x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2 <= 1.2**2
    blocks = under_pen.reshape(RASTER_SIZE, FINENESS, RASTER_SIZE, FINENESS)
    means: NDArray[np.float64] = blocks.mean(axis=(1, 3))
    return means


def centre_of_mass(raster: NDArray[np.floating]) -> tuple[float, float]:
    """Return the centre of mass, x and y in pixels from the field's edge."""
    mass = raster.sum()
    return float(raster.sum(axis=0) @ POSITIONS / mass), float(raster.sum(axis=1) @ POSITIONS / mass)


def sides(raster: NDArray[np.floating]) -> tuple[int, int]:
    """Return the inked box's width and height in pixels."""
    columns, rows = (np.flatnonzero((raster > FAINTEST).any(axis=axis)) for axis in (0, 1))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def differences(rasters: Sequence[Raster], others: Sequence[NDArray[np.floating]]) -> tuple[float, float]:
    """Return the largest and the mean difference of the pixels."""
    apart = np.abs(np.array(rasters) - np.array(others))
    return float(apart.max()), float(apart.mean())


def with_samples(stroke: Stroke, count: int) -> Stroke:
    """Return the same path as reported by a device of another sampling rate."""
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke.xy, axis=0).T))])
    # The turning points stay, or it would be another path.
    stops = np.union1d(np.linspace(0, travelled[-1], count), travelled)
    return line(*zip(*(np.interp(stops, travelled, stroke.xy[:, axis]).tolist() for axis in (0, 1)), strict=True))


DOT_SWING = 0.17
"""Pixels of full ink by which a dot grows or shrinks with its position between pixels, 4 percent of its ink."""


def centre_tolerance(strokes: Sequence[Stroke], raster: Raster) -> float:
    """Pixels by which the ink's centre of mass may miss the field's middle.

    The centre is measured on a first drawing, and the glyph is moved by a fraction of a pixel and drawn again. Between
    the two the ink of each stroke changes by up to `DOT_SWING`, which only counts in glyphs of a few dots: these have
    little other ink, and may lie far from the centre.
    """
    points = np.vstack([stroke.xy for stroke in strokes])
    size = np.ptp(points, axis=0).max()
    scale = (GLYPH_BOX - PEN_WIDTH) / size if size > 0 else 0.0
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    distances = [np.abs(stroke.xy - middle).max() * scale for stroke in strokes]
    return max(0.1, DOT_SWING * float(np.sum(distances)) / float(raster.sum()))


wild_strokes = st.lists(
    st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), min_size=1, max_size=8), min_size=1, max_size=3
).map(lambda parts: [Stroke.of(part) for part in parts])


@pytest.mark.slow
def test_the_samples_are_drawn_as_the_reference_draws_them() -> None:
    drawings = [sample_drawing(digit).strokes for digit in DIGITS]
    largest, mean = differences([rasterize(strokes) for strokes in drawings], [reference_raster(s) for s in drawings])
    print(f"\nsamples against the reference: largest difference {largest:.4f}, mean {mean:.5f}")

    assert largest <= 0.1
    assert mean <= 0.01


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(wild_strokes)
def test_any_strokes_are_drawn_as_the_reference_draws_them(strokes: list[Stroke]) -> None:
    largest, mean = differences([rasterize(strokes)], [reference_raster(strokes)])

    # Where two strokes cover different halves of a sub-pixel only the nearer counts.
    assert largest <= 0.3
    assert mean <= 0.01


@pytest.mark.slow
def test_digits_of_many_writers_are_drawn_as_the_reference_draws_them(shared: Path) -> None:
    glyphs = stroke_sets(shared / "data" / "unipen" / "unipen_digits.npz", 40)
    largest, mean = differences([rasterize(strokes) for strokes in glyphs], [reference_raster(s) for s in glyphs])
    print(f"\nUNIPEN digits against the reference: largest difference {largest:.4f}, mean {mean:.5f}")

    assert largest <= 0.15
    assert mean <= 0.01


@pytest.mark.slow
@settings(deadline=None)
@given(wild_strokes)
@example([Stroke.of([(0, 26)]), Stroke.of([(1, 0)]), Stroke.of([(2, 10)])])
def test_the_ink_lies_in_its_box_with_its_mass_in_the_middle(strokes: list[Stroke]) -> None:
    raster = rasterize(strokes)

    assert raster.shape == (RASTER_SIZE, RASTER_SIZE)
    assert raster.dtype == np.float32
    assert raster.min() >= 0
    assert raster.max() <= 1
    # A box that begins inside a pixel covers one pixel more, and antialiasing adds another.
    assert max(sides(raster)) <= GLYPH_BOX + 2
    x, y = centre_of_mass(raster)
    # The centre may be off where ink would otherwise leave the field.
    tolerance = centre_tolerance(strokes, raster)
    assert abs(x - CENTRE) <= tolerance or raster[:, [0, -1]].max() > FAINTEST
    assert abs(y - CENTRE) <= tolerance or raster[[0, -1]].max() > FAINTEST


@pytest.mark.slow
@given(st.sampled_from(DIGITS), st.floats(1e-3, 1e3), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_position_and_size_change_nothing(digit: int, scale: float, dx: float, dy: float) -> None:
    strokes = sample_drawing(digit).strokes
    moved = [stroke.moved(scale=scale, dx=dx, dy=dy) for stroke in strokes]

    np.testing.assert_allclose(rasterize(moved), rasterize(strokes), atol=1e-4)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("count", [150, 1000, 5000])
def test_the_devices_sampling_rate_changes_nearly_nothing(digit: int, count: int) -> None:
    strokes = sample_drawing(digit).strokes
    largest, mean = differences([rasterize([with_samples(stroke, count) for stroke in strokes])], [rasterize(strokes)])

    assert largest <= 0.1
    assert mean <= 0.003


@pytest.mark.slow
@given(st.sampled_from(DIGITS), st.floats(0, 1), st.floats(0, 1e5))
def test_pressure_time_order_and_direction_change_nothing(digit: int, pressure: float, time: float) -> None:
    strokes = sample_drawing(digit).strokes
    changed = [Stroke(np.column_stack([s.xy[::-1], np.full((len(s), 2), (time, pressure))])) for s in strokes[::-1]]

    largest, mean = differences([rasterize(changed)], [rasterize(strokes)])
    assert largest <= 0.1
    assert mean <= 0.003


def test_drawn_digits_have_mnists_ink_box_and_centre() -> None:
    mnist = mnist_test_images(2000) / 255
    rasters = np.stack([rasterize(sample_drawing(digit).strokes) for digit in DIGITS])
    assert_like_mnists(rasters, mnist, "samples", ink_tolerance=0.15)


@pytest.mark.slow
def test_digits_of_many_writers_have_mnists_ink_box_and_centre(shared: Path) -> None:
    glyphs = stroke_sets(shared / "data" / "unipen" / "unipen_digits.npz", 1000)
    rasters = np.stack([rasterize(strokes) for strokes in glyphs])
    assert_like_mnists(rasters, mnist_test_images(2000) / 255, "UNIPEN", ink_tolerance=0.15)


def assert_like_mnists(rasters: Raster, mnist: NDArray[np.float64], name: str, *, ink_tolerance: float) -> None:
    inks = [glyphs.sum(axis=(1, 2)).mean() for glyphs in (mnist, rasters)]
    longest = [np.median([max(sides(glyph)) for glyph in glyphs]) for glyphs in (mnist, rasters)]
    centres = [np.mean([centre_of_mass(glyph) for glyph in glyphs], axis=0) for glyphs in (mnist, rasters)]
    solid = [(glyphs > 0.5).sum() / (glyphs > 0.1).sum() for glyphs in (mnist, rasters)]
    print(f"\nMNIST and {name}: ink {inks}, longer side {longest}, centre {centres}, solid share {solid}")

    assert inks[1] == pytest.approx(inks[0], rel=ink_tolerance)
    # MNIST's boxes begin at a pixel's edge; ours may begin inside one, which adds a pixel.
    assert longest == [20, 21]
    np.testing.assert_allclose(centres[1], centres[0], atol=0.05)
    assert solid[1] == pytest.approx(solid[0], abs=0.03)


@pytest.mark.slow
def test_mnists_pictures_come_out_as_they_are() -> None:
    for image in (mnist_test_images(1000) / 255).astype(np.float32):
        np.testing.assert_array_equal(rasterize_picture(image), image)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawings_picture_gives_nearly_the_drawings_raster(digit: int) -> None:
    drawing = sample_drawing(digit)
    bounds = drawing.bounds
    assert bounds is not None
    # A picture keeps its pen's width, here that of a raster; pressure is left out, as it would change the width.
    plain = Drawing(tuple(Stroke.of(stroke.xy.tolist()) for stroke in drawing.strokes))
    pen_width = PEN_WIDTH / (GLYPH_BOX - PEN_WIDTH) * bounds.longer_side
    image = Image.open(BytesIO(drawing_png(plain, size=500, pen_width=pen_width)))
    largest, mean = differences([rasterize_picture(ink_of_picture(image))], [rasterize(drawing.strokes)])

    assert largest <= 0.2
    assert mean <= 0.01


@settings(max_examples=30)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_paper_around_a_picture_changes_nothing(left: int, right: int, top: int, bottom: int) -> None:
    glyph = ink_of_picture(Image.open(BytesIO(drawing_png(sample_drawing(5), size=50, pen_width=40))))
    padded = np.pad(glyph, ((top, bottom), (left, right)))

    np.testing.assert_array_equal(rasterize_picture(padded), rasterize_picture(glyph))


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(wild_strokes, st.just([])), max_size=14))
def test_many_glyphs_are_drawn_as_each_alone(glyphs: list[list[Stroke]]) -> None:
    rasters = rasterize_all(glyphs)
    assert rasters.shape == (len(glyphs), RASTER_SIZE, RASTER_SIZE)
    for raster, strokes in zip(rasters, glyphs, strict=True):
        assert np.allclose(raster, rasterize(strokes), atol=1e-6)


def test_nothing_gives_an_empty_raster() -> None:
    assert not rasterize([]).any()
    assert not rasterize_picture(np.zeros((40, 60), np.float32)).any()


@pytest.mark.parametrize("points", [[(500, 500)], [(500, 500)] * 20, [(1e9, -1e9)]])
def test_a_dot_is_a_dot_in_the_middle(points: list[tuple[float, float]]) -> None:
    raster = rasterize([Stroke.of(points)])

    assert raster.sum() == pytest.approx(np.pi * (PEN_WIDTH / 2) ** 2, rel=0.05)
    np.testing.assert_allclose(centre_of_mass(raster), (CENTRE, CENTRE), atol=0.05)


def test_an_upright_line_is_upright() -> None:
    raster = rasterize([line((300, 100), (300, 900))])

    assert sides(raster)[0] <= PEN_WIDTH + 2
    assert sides(raster)[1] in (20, 21)
    assert raster.sum() == pytest.approx((GLYPH_BOX - PEN_WIDTH) * PEN_WIDTH + np.pi * (PEN_WIDTH / 2) ** 2, rel=0.02)


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e12, 1e150, 1e300])
def test_huge_and_tiny_numbers_do_no_harm(scale: float) -> None:
    shape = [(0.0, 0.0), (1.0, 0.5), (0.2, 1.0)]
    raster = rasterize([Stroke.of([(x * scale, y * scale) for x, y in shape])])

    np.testing.assert_allclose(raster, rasterize([Stroke.of(shape)]), atol=1e-3)


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        rasterize([line((0, 0), (np.nan, 1))])


@pytest.mark.slow
def test_ten_thousand_strokes_are_drawn() -> None:
    points = np.random.default_rng(5).uniform(0, 1000, (10_000, 2, 2))
    raster = rasterize([Stroke.of(pair.tolist()) for pair in points])

    # A page full of ink is black but for its edge.
    assert raster[8:20, 8:20].min() > 0.99
