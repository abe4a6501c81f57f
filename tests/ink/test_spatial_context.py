"""The spatial context compared with a slow painter of ink, and its invariances."""

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.spatial_context import (
    FIELD,
    LAYERS,
    REACH,
    contexts_of,
    filled_boxes,
    picture_contexts_of,
    spatial_context,
    unit_of,
)
from digitvision.ink.stroke import Drawing, Stroke
from tests.ink.drawings import DIGITS, drawings_with_ink, line, sample_drawing
from tests.ink.test_raster import with_samples

PIXELS = FIELD / REACH
"""Length of a step of the slow painter, in units."""

PEN = 0.1
"""Units by which the box is larger than the glyph on either side."""

whole = st.integers(-500, 500)
whole_strokes = st.lists(st.tuples(whole, whole), min_size=1, max_size=8).map(Stroke.of)
lines_of_ink = st.lists(whole_strokes, min_size=1, max_size=5)
lengths = st.floats(0, 10)


def box(left: float, top: float, width: float, height: float) -> Stroke:
    """Return the outline of a box."""
    right, low = left + width, top + height
    return line((left, top), (right, top), (right, low), (left, low), (left, top))


def middle_of(layer: NDArray[np.floating]) -> tuple[float, float]:
    """Return x and y of a layer's centre of mass, in units from the field's middle."""
    positions = (np.arange(FIELD) + 0.5 - FIELD / 2) / PIXELS
    return float(layer.sum(axis=0) @ positions / layer.sum()), float(layer.sum(axis=1) @ positions / layer.sum())


def reference_ink(glyph: Sequence[Stroke], others: Sequence[Stroke]) -> NDArray[np.float64]:
    """Draw the other ink as it is documented: its length in pixels, shared out in tiny steps."""
    sizes = sorted(max(stroke.bounds.width, stroke.bounds.height) for stroke in (*glyph, *others))
    half, odd = divmod(len(sizes), 2)
    unit = sizes[half] if odd else (sizes[half - 1] + sizes[half]) / 2
    xs = [sample.x for stroke in glyph for sample in stroke.samples]
    ys = [sample.y for stroke in glyph for sample in stroke.samples]
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    painted = np.zeros((FIELD, FIELD))
    for stroke in others:
        for (ax, ay, *_), (bx, by, *_) in pairwise(stroke.samples):
            length = math.dist((ax, ay), (bx, by)) / unit * PIXELS
            steps = max(1, round(length * 20))
            for step in range(steps):
                along = (step + 0.5) / steps
                x = (ax + (bx - ax) * along - middle[0]) / unit * PIXELS + FIELD / 2 - 0.5
                y = (ay + (by - ay) * along - middle[1]) / unit * PIXELS + FIELD / 2 - 0.5
                for column in (math.floor(x), math.floor(x) + 1):
                    for row in (math.floor(y), math.floor(y) + 1):
                        if 0 <= column < FIELD and 0 <= row < FIELD:
                            painted[row, column] += (1 - abs(x - column)) * (1 - abs(y - row)) * length / steps
    return np.minimum(painted, 1)


@pytest.mark.parametrize("digit", DIGITS)
def test_the_other_ink_is_where_a_slow_painter_puts_it(digit: int) -> None:
    glyph = sample_drawing(digit).strokes
    size = max(stroke.bounds.height for stroke in glyph)
    others = [
        stroke.moved(scale=1.0, dx=size * index, dy=size * index / 4)
        for index, other in ((-1.5, 3), (1.2, 8), (2.2, 5))
        for stroke in sample_drawing(other).strokes
    ]

    found = spatial_context(glyph, others)[:, :, 0]

    expected = reference_ink(glyph, others)
    # Marks are up to three quarters of a pixel apart, and a stroke's ends count as whole marks.
    assert np.abs(found - expected).max() < 0.6
    assert np.abs(found - expected).mean() < 0.02
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.97
    np.testing.assert_allclose(middle_of(found), middle_of(expected), atol=0.05)


@given(st.lists(st.tuples(lengths, lengths), min_size=1, max_size=5))
def test_a_box_s_area_is_its_size_and_it_lies_in_the_middle(sizes: list[tuple[float, float]]) -> None:
    boxes = filled_boxes(np.array(sizes))

    assert boxes.shape == (len(sizes), FIELD, FIELD)
    assert boxes.dtype == np.float32
    assert 0 <= boxes.min() <= boxes.max() <= 1
    for found, (width, height) in zip(boxes, sizes, strict=True):
        # Boxes are cut off at the field's edge.
        sides = [min((side + 2 * PEN) * PIXELS, FIELD) for side in (width, height)]
        assert found.sum() == pytest.approx(math.prod(sides), rel=1e-4)
        across, down = ([_covered(index, side) for index in range(FIELD)] for side in sides)
        expected = [[x * y for x in across] for y in down]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def _covered(index: int, side: float) -> float:
    """Return the share of a pixel that lies within this length around the field's middle."""
    return max(0.0, min(index + 1, (FIELD + side) / 2) - max(index, (FIELD - side) / 2))


@pytest.mark.slow
@given(lines_of_ink, lines_of_ink)
def test_the_glyph_s_box_is_that_of_its_size_in_units(glyph: list[Stroke], others: list[Stroke]) -> None:
    unit = unit_of([*glyph, *others])
    assume(unit > 0)
    bounds = Drawing(tuple(glyph)).bounds
    assert bounds is not None

    found = spatial_context(glyph, others)[:, :, 1]

    sides = [min((side / unit + 2 * PEN) * PIXELS, FIELD) for side in (bounds.width, bounds.height)]
    assert found.sum() == pytest.approx(math.prod(sides), rel=1e-4)


@pytest.mark.slow
@given(drawings_with_ink, drawings_with_ink)
def test_any_ink_gives_a_field_from_0_to_1(glyph: Drawing, others: Drawing) -> None:
    field = spatial_context(glyph.strokes, others.strokes)

    assert field.shape == (FIELD, FIELD, LAYERS)
    assert field.dtype == np.float32
    assert np.isfinite(field).all()
    assert 0 <= field.min() <= field.max() <= 1


@pytest.mark.slow
@given(lines_of_ink, lines_of_ink, st.integers(-8, 8), whole, whole)
def test_position_and_size_change_nothing(
    glyph: list[Stroke], others: list[Stroke], power: int, dx: int, dy: int
) -> None:
    def elsewhere(strokes: list[Stroke]) -> list[Stroke]:
        # With whole numbers and powers of two, no rounding changes the number of a stroke's marks.
        return [stroke.moved(scale=1.0, dx=dx, dy=dy).moved(scale=2.0**power, dx=0, dy=0) for stroke in strokes]

    np.testing.assert_array_equal(
        spatial_context(elsewhere(glyph), elsewhere(others)), spatial_context(glyph, others), strict=True
    )


@pytest.mark.parametrize("scale", [1e-6, 0.37, 12.3, 1e6])
def test_the_unit_of_the_ink_makes_no_difference(scale: float) -> None:
    glyph, others = sample_drawing(4).strokes, sample_drawing(7).strokes

    def elsewhere(strokes: Sequence[Stroke]) -> list[Stroke]:
        return [stroke.moved(scale=scale, dx=-70 * scale, dy=310 * scale) for stroke in strokes]

    np.testing.assert_allclose(
        spatial_context(elsewhere(glyph), elsewhere(others)), spatial_context(glyph, others), atol=1e-4
    )


@pytest.mark.slow
@given(lines_of_ink, lines_of_ink, st.randoms(use_true_random=False))
def test_order_and_direction_of_writing_change_nothing(
    glyph: list[Stroke], others: list[Stroke], chance: random.Random
) -> None:
    mixed = [Stroke(stroke.points[::-1]) if chance.random() < 0.5 else stroke for stroke in others]
    chance.shuffle(mixed)

    np.testing.assert_allclose(spatial_context(glyph[::-1], mixed), spatial_context(glyph, others), atol=1e-5)


def test_how_many_samples_a_device_takes_changes_nothing() -> None:
    glyph, others = sample_drawing(2).strokes, sample_drawing(5).strokes

    few = spatial_context(glyph, others)
    many = spatial_context(glyph, [with_samples(stroke, 900) for stroke in others])

    np.testing.assert_allclose(many, few, atol=1e-6)


def test_a_glyph_s_shape_changes_nothing() -> None:
    others = [box(200, 0, 100, 100), box(-300, 40, 100, 100)]

    zigzag = spatial_context([line((0, 0), (80, 30), (10, 60), (80, 100))], others)
    corner = spatial_context([line((80, 0), (80, 100), (0, 100))], others)

    np.testing.assert_array_equal(zigzag, corner)


@pytest.mark.slow
@given(lines_of_ink)
def test_without_other_ink_or_without_a_glyph_the_context_is_empty(strokes: list[Stroke]) -> None:
    for found in (spatial_context(strokes, []), spatial_context([], strokes), spatial_context([], [])):
        assert found.shape == (FIELD, FIELD, LAYERS)
        assert not found.any()


def test_among_dots_alone_the_context_is_empty() -> None:
    assert not spatial_context([line((3, 4))], [line((50, 4)), line((70, 4), (70, 4))]).any()


@pytest.mark.parametrize(("right", "down"), [(-2, 0), (2, 0), (0, -2), (0, 2), (1.5, -1.5), (-2.25, 0.5)])
def test_a_neighbour_is_drawn_at_its_position(right: float, down: float) -> None:
    field = spatial_context([box(0, 0, 100, 100)], [box(100 * right, 100 * down, 100, 100)])

    assert middle_of(field[:, :, 0]) == pytest.approx((right, down), abs=0.05)
    assert middle_of(field[:, :, 1]) == pytest.approx((0, 0), abs=1e-6)


def test_an_exponent_differs_from_a_factor() -> None:
    base = box(0, 0, 100, 100)
    raised = spatial_context([box(110, -60, 50, 50)], [base])
    level = spatial_context([box(110, 50, 50, 50)], [base])

    # Relative to the exponent its base is low.
    assert middle_of(raised[:, :, 0])[1] > 0.5 > 0 > middle_of(level[:, :, 0])[1] > -0.5
    np.testing.assert_allclose(raised[:, :, 1], level[:, :, 1], atol=1e-6)


def test_a_small_and_a_large_glyph_of_one_shape_differ() -> None:
    row = [box(200 * index, 0, 100, 100) for index in (1, 2, 3)]

    small = spatial_context([box(0, 50, 50, 50)], row)[:, :, 1]
    large = spatial_context([box(0, 0, 100, 100)], row)[:, :, 1]

    assert small.sum() == pytest.approx((0.7 * PIXELS) ** 2, rel=1e-4)
    assert large.sum() == pytest.approx((1.2 * PIXELS) ** 2, rel=1e-4)


@given(st.floats(3.01, 1e6), st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]))
@example(3.01, (1, 0))
def test_ink_far_away_is_left_out(away: float, direction: tuple[int, int]) -> None:
    glyph, near = [box(0, 0, 100, 100)], box(150, 0, 100, 100)
    # The nearest edge is `away` units from the middle.
    far = box(100 * direction[0] * (away + 0.5), 100 * direction[1] * (away + 0.5), 100, 100)

    np.testing.assert_array_equal(spatial_context(glyph, [near, far]), spatial_context(glyph, [near]))


def test_the_near_part_of_a_stroke_that_leaves_the_field_is_drawn() -> None:
    bar = line((-600, 80), (600, 80))
    row = [box(150 * index, -50, 100, 100) for index in (1, 2, 3, 4)]

    field = spatial_context([box(0, -50, 100, 100)], [bar, *row])[:, :, 0]

    # It lies 0.8 units below the middle, mostly in the pixel that begins 0.75 units below.
    assert field[FIELD // 2 + 3].min() > 0.4
    assert not field[FIELD // 2 + 5 :].any()


@pytest.mark.slow
@given(lines_of_ink)
def test_the_unit_is_the_strokes_median_size_unless_most_are_dots(strokes: list[Stroke]) -> None:
    sizes = sorted(max(stroke.bounds.width, stroke.bounds.height) for stroke in strokes)
    half, odd = divmod(len(sizes), 2)
    median = sizes[half] if odd else (sizes[half - 1] + sizes[half]) / 2

    found = unit_of(strokes)

    assert found == pytest.approx(max(median, 0.08 * sizes[-1]))


def test_among_dots_and_a_long_bar_the_dots_are_not_the_unit() -> None:
    assert unit_of([line((0, 0), (1000, 0)), line((5, 5)), line((9, 9))]) == 80


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-9, 1e9, 1e100, 1e300])
def test_extreme_sizes_do_no_harm(size: float) -> None:
    glyph = [line((0, 0), (size, size / 2))]
    others = [line((2 * size, 0), (2 * size, size)), line((-size, 0)), line((size / 2, 0), (size / 2, size))]

    field = spatial_context(glyph, others)

    assert np.isfinite(field).all()
    assert 0 <= field.min() <= field.max() <= 1


@pytest.mark.parametrize(
    ("glyph", "others"),
    [
        (line((0, 0)), line((5, 5), (15, 5))),
        (line((0, 0), (0, 100)), line((5, 5))),
        (line((0, 0), (100, 0)), line((0, 0), (100, 0))),
        (line((0, 0), (1e-6, 0)), line((0, 0), (1e6, 0))),
        (line((0, 0), (1e6, 1e6)), line((0, 0), (1e-6, 0))),
    ],
)
def test_dots_lines_and_ill_matched_sizes_have_a_box(glyph: Stroke, others: Stroke) -> None:
    field = spatial_context([glyph], [others])

    assert np.isfinite(field).all()
    assert 0 <= field.min() <= field.max() <= 1
    # The box is drawn however small the glyph is.
    assert field[:, :, 1].any()
    assert middle_of(field[:, :, 1]) == pytest.approx((0, 0), abs=1e-6)


@pytest.mark.parametrize("size", [6e-309, 1.5e-308])
def test_sizes_with_an_infinite_scale_give_an_empty_context(size: float) -> None:
    """The other ink passes through the glyph's middle, where zero times infinity is not a number."""
    cross = [line((0, 0), (size, size)), line((0, size), (size, 0))]

    field = spatial_context(cross[:1], [cross[1], line((size / 2, 0), (size / 2, size))])

    # Without a scale, size and position are unknown.
    np.testing.assert_array_equal(field, np.zeros((FIELD, FIELD, 2)))


def test_tiny_strokes_very_far_apart_are_far_away() -> None:
    """Their distance in units exceeds the largest number."""
    glyph, other = line((0, 0), (1e-300, 0)), line((1e10, 0), (1e10, 1e-300))

    assert not spatial_context([glyph], [other])[:, :, 0].any()


@pytest.mark.slow
@given(drawings_with_ink)
def test_contexts_of_many_glyphs_at_once_are_those_of_each(drawing: Drawing) -> None:
    strokes = drawing.strokes
    groups = [(index,) for index in range(len(strokes))] + [tuple(range(min(2, len(strokes))))]

    together = contexts_of(groups, strokes)

    for group, found in zip(groups, together, strict=True):
        others = [stroke for index, stroke in enumerate(strokes) if index not in group]
        # Rounding may put a mark at the very edge of the field on either side.
        alone = spatial_context([strokes[index] for index in group], others)
        assert np.abs(found[:, :, 1] - alone[:, :, 1]).max() < 1e-4
        assert np.abs(found[:, :, 0] - alone[:, :, 0]).mean() < 0.02


def test_contexts_in_a_picture_are_nearly_those_of_its_strokes() -> None:
    bars = [(20, 20, 80), (70, 20, 80), (120, 50, 80)]
    strokes = [line((x, top), (x, bottom)) for x, top, bottom in bars]
    ink, labels = np.zeros((100, 150), np.float32), np.zeros((100, 150), np.intp)
    boxes = np.array([[x - 2, top - 2, x + 2, bottom + 2] for x, top, bottom in bars], np.float64)
    for number, (left, top, right, bottom) in enumerate(boxes.astype(int)):
        ink[top:bottom, left:right] = 1
        labels[top:bottom, left:right] = number + 1
    groups = [(0,), (1,), (2,), (1, 2)]

    drawn = contexts_of(groups, strokes)
    painted = picture_contexts_of(groups, ink, labels, boxes, unit=60.0, pen=4.0)

    assert np.abs(painted[..., 1] - drawn[..., 1]).max() < 1e-6
    # Ink has a width, so that it may reach the next pixel; marks round each stroke's length up by one at most.
    assert painted[..., 0].sum(axis=(1, 2)) == pytest.approx(drawn[..., 0].sum(axis=(1, 2)), abs=2.0)
    columns = [np.abs(one[..., 0].sum(axis=1).cumsum(axis=1)) for one in (painted, drawn)]
    assert np.abs(columns[0] - columns[1]).max() < 6
    assert not picture_contexts_of([(0,)], ink, (labels == 1).astype(np.intp), boxes[:1], unit=60.0, pen=4.0).any()
