"""The trajectory compared with an independent slow resampler, and its invariances."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ink.trajectory import CHANNELS, POINTS, Trajectory, trajectory
from tests.ink.drawings import DIGITS, drawings_with_ink, line, sample_drawing

EXACT = 1e-5
"""Tolerance for the trajectory's float32."""


def stroke_rows(found: Trajectory) -> list[Trajectory]:
    """Return the rows of each stroke."""
    return np.split(found, np.flatnonzero(found[:, 4] == 1)[1:])


def length(positions: Sequence[Sequence[float]]) -> float:
    return sum(math.dist(one, two) for one, two in pairwise(positions))


def at(positions: Sequence[Sequence[float]], distance: float) -> tuple[float, float]:
    """Return the position at this distance along the path."""
    for (ax, ay), (bx, by) in pairwise(positions):
        step = math.dist((ax, ay), (bx, by))
        if distance <= step and step > 0:
            return ax + (bx - ax) * distance / step, ay + (by - ay) * distance / step
        distance -= step
    return positions[-1][0], positions[-1][1]


def reference(strokes: Sequence[Stroke], counts: Sequence[int]) -> list[list[tuple[float, float]]]:
    """Return each stroke's points at equal steps as documented, computed one after the other."""
    everything = [(sample.x, sample.y) for stroke in strokes for sample in stroke.samples]
    left, right = min(x for x, _ in everything), max(x for x, _ in everything)
    top, bottom = min(y for _, y in everything), max(y for _, y in everything)
    half = max(right - left, bottom - top) / 2
    found = []
    for stroke, count in zip(strokes, counts, strict=True):
        positions = [
            ((sample.x - (left + right) / 2) / half, (sample.y - (top + bottom) / 2) / half)
            for sample in stroke.samples
        ]
        whole = length(positions)
        found.append([at(positions, whole * index / (count - 1)) for index in range(count)])
    return found


@pytest.mark.parametrize("digit", DIGITS)
def test_the_path_is_that_of_a_slow_resampler(digit: int) -> None:
    strokes = sample_drawing(digit).strokes
    found = stroke_rows(trajectory(strokes))

    expected = reference(strokes, [len(rows) for rows in found])

    assert len(found) == len(strokes)
    for rows, positions in zip(found, expected, strict=True):
        np.testing.assert_allclose(rows[:, :2], positions, atol=1e-4)
        for (x, y), (before_x, before_y), row in zip(positions[1:], positions, rows[1:], strict=False):
            angle = math.atan2(y - before_y, x - before_x)
            np.testing.assert_allclose(row[2:4], (math.cos(angle), math.sin(angle)), atol=5e-3)


@pytest.mark.slow
@given(drawings_with_ink)
def test_every_row_is_a_point_and_every_stroke_begins_once(drawing: Drawing) -> None:
    found = trajectory(drawing.strokes)

    assert found.shape == (POINTS, CHANNELS)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1 + EXACT
    assert (found[:, 5] == 1).all()
    assert found[:, 4].sum() == len(drawing.strokes)
    assert (found[found[:, 4] == 1, 2:4] == 0).all()
    # A direction has length 1, or 0 where there is none.
    norms = np.hypot(found[:, 2], found[:, 3])
    assert ((norms == 0) | (np.abs(norms - 1) < EXACT)).all()


@pytest.mark.slow
@given(drawings_with_ink)
def test_every_stroke_keeps_its_ends(drawing: Drawing) -> None:
    points = np.concatenate([stroke.xy for stroke in drawing.strokes])
    extent = float(np.ptp(points, axis=0).max())
    assume(extent > 1e-3)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2

    for rows, stroke in zip(stroke_rows(trajectory(drawing.strokes)), drawing.strokes, strict=True):
        ends = (stroke.xy[[0, -1]] - middle) / extent * 2
        np.testing.assert_allclose(rows[[0, -1], :2], ends, atol=1e-4)


@pytest.mark.slow
@given(drawings_with_ink)
def test_points_are_in_proportion_to_length(drawing: Drawing) -> None:
    counts = np.array([len(rows) for rows in stroke_rows(trajectory(drawing.strokes))])
    lengths = np.array([length(stroke.xy.tolist()) for stroke in drawing.strokes])
    assume(lengths.sum() > 1e-3)

    rest = POINTS - 2 * len(counts)

    assert counts.sum() == POINTS
    assert counts.min() >= 2
    # Each stroke has two points and its share of the rest, but for rounding.
    assert np.abs(counts - 2 - lengths / lengths.sum() * rest).max() < 1 + 1e-6


def test_points_left_by_rounding_go_to_the_strokes_that_lost_most() -> None:
    # The exact shares of the 60 points are 42.12 and 17.88.
    found = stroke_rows(trajectory([line((0, 0), (70.2, 0)), line((0, 5), (29.8, 5))]))

    assert [len(rows) for rows in found] == [2 + 42, 2 + 18]


@pytest.mark.slow
@given(drawings_with_ink, st.floats(0.01, 100), st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_position_and_size_change_nothing(drawing: Drawing, scale: float, dx: float, dy: float) -> None:
    assume(np.ptp(np.concatenate([stroke.xy for stroke in drawing.strokes]), axis=0).max() > 1)
    moved = [stroke.moved(scale=scale, dx=dx, dy=dy) for stroke in drawing.strokes]

    assume(not _is_close_call(drawing))

    np.testing.assert_allclose(trajectory(moved)[:, :2], trajectory(drawing.strokes)[:, :2], atol=1e-3)


def _is_close_call(drawing: Drawing) -> bool:
    """Whether rounding errors decide which of several strokes gets one more point."""
    lengths = np.array([length(stroke.xy.tolist()) for stroke in drawing.strokes])
    if np.count_nonzero(lengths) < 2:
        return False
    wanted = lengths[lengths > 0] / lengths.sum() * (POINTS - 2 * len(lengths))
    fractions = np.sort(wanted - np.floor(wanted))
    return bool((np.diff(fractions) < 1e-6).any() or fractions[0] < 1e-6 or fractions[-1] > 1 - 1e-6)


def test_the_unit_is_half_of_the_longer_side() -> None:
    wide = trajectory([line((0, 0), (200, 0)), line((0, 0), (0, 50))])

    assert wide[:, 0].min() == pytest.approx(-1)
    assert wide[:, 0].max() == pytest.approx(1)
    assert wide[:, 1].min() == pytest.approx(-0.25)
    assert wide[:, 1].max() == pytest.approx(0.25)


def test_direction_and_order_of_writing_are_kept() -> None:
    across, down = line((0, 50), (100, 50)), line((50, 0), (50, 100))
    back = line((100, 50), (0, 50))

    assert (trajectory([across])[1:, 2] == 1).all()
    assert (trajectory([back])[1:, 2] == -1).all()
    first = trajectory([across, down])
    assert (first[1:32, 2] == 1).all()
    assert (first[33:, 3] == 1).all()
    assert not np.array_equal(first, trajectory([down, across]))


def test_a_drawing_without_strokes_is_all_zero() -> None:
    assert not trajectory([]).any()


@pytest.mark.parametrize("dot", [line((30, 40)), line((30, 40), (30, 40), (30, 40))])
def test_a_dot_alone_lies_in_the_middle_and_has_no_direction(dot: Stroke) -> None:
    found = trajectory([dot])

    assert not found[:, :4].any()
    assert found[:, 4].tolist() == [1] + [0] * (POINTS - 1)
    assert (found[:, 5] == 1).all()


def test_a_dot_beside_a_stroke_has_two_points() -> None:
    stem, dot = stroke_rows(trajectory([line((0, 20), (0, 100)), line((0, 0))]))

    assert (len(stem), len(dot)) == (POINTS - 2, 2)
    np.testing.assert_allclose(dot[:, :2], [[0, -1], [0, -1]])
    assert not dot[:, 2:4].any()


@pytest.mark.parametrize("count", [32, 33, 64, 500])
def test_the_longest_of_many_strokes_are_kept_in_their_order(count: int) -> None:
    # The longest are scattered among the others, and each stroke's height shows its index.
    lengths = np.random.default_rng(count).permutation(count) + 1.0
    strokes = [line((0, index), (size, index)) for index, size in enumerate(lengths)]

    found = stroke_rows(trajectory(strokes))

    kept = sorted(np.argsort(-lengths)[:32].tolist())
    extent = max(float(lengths.max()), count - 1)
    assert len(found) == 32
    heights = [rows[0, 1] * extent / 2 + (count - 1) / 2 for rows in found]
    np.testing.assert_allclose(heights, kept, atol=1e-3)


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-9, 1e9, 1e100])
def test_extreme_sizes_do_no_harm(size: float) -> None:
    found = trajectory([line((0, 0), (size, size / 2)), line((0, size))])

    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1 + EXACT
    assert found[:, 4].sum() == 2
