import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.stroke import NO_PRESSURE, Bounds, Drawing, Sample, Stroke, pen_width_at
from tests.ink.drawings import drawings, drawings_with_ink, line, strokes


def test_a_mouse_has_no_pressure_and_may_have_no_time() -> None:
    stroke = Stroke.of([(1, 2), (3, 4, 8), (5, 6, 16, 0.9)])

    assert stroke.samples == (Sample(1, 2, 0, NO_PRESSURE), Sample(3, 4, 8, NO_PRESSURE), Sample(5, 6, 16, 0.9))


@pytest.mark.parametrize("samples", [[], [(np.nan, 0)], [(0, np.inf)], [(0, 0, np.nan)]])
def test_a_stroke_needs_a_sample_and_finite_numbers(samples: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="a stroke takes"):
        Stroke.of(samples)


def test_a_stroke_takes_four_numbers_a_sample() -> None:
    with pytest.raises(ValueError, match="four numbers"):
        Stroke(np.zeros((3, 2)))


def test_a_stroke_never_changes() -> None:
    source = np.zeros((2, 4))
    stroke = Stroke(source)
    source[0, 0] = 5.0

    assert stroke.points[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        stroke.points[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        stroke.xy[0, 0] = 1.0


@given(strokes)
def test_equal_strokes_are_one_in_a_set(stroke: Stroke) -> None:
    twin = Stroke(stroke.points)

    assert stroke == twin
    assert len({stroke, twin}) == 1


@pytest.mark.slow
@given(strokes)
def test_bounds_touch_the_outermost_samples(stroke: Stroke) -> None:
    left, top, right, bottom = stroke.bounds

    assert (stroke.xy >= (left, top)).all()
    assert (stroke.xy <= (right, bottom)).all()
    assert left in stroke.xy[:, 0]
    assert right in stroke.xy[:, 0]
    assert top in stroke.xy[:, 1]
    assert bottom in stroke.xy[:, 1]


@pytest.mark.slow
@given(drawings_with_ink)
def test_a_drawings_bounds_are_those_of_its_strokes_united(drawing: Drawing) -> None:
    united = drawing.strokes[0].bounds
    for stroke in drawing.strokes:
        united = united.united(stroke.bounds)

    assert drawing.bounds == united


def test_an_empty_drawing_has_no_bounds_and_is_false() -> None:
    assert Drawing().bounds is None
    assert not Drawing()
    assert Drawing().fit_into(Bounds(0, 0, 10, 10)) == Drawing()


@pytest.mark.slow
@given(drawings, strokes)
def test_removing_an_added_stroke_gives_the_former_drawing(drawing: Drawing, stroke: Stroke) -> None:
    longer = drawing.with_stroke(stroke)

    assert longer.sample_count == drawing.sample_count + len(stroke)
    assert longer.without([len(drawing.strokes)]) == drawing
    assert longer.strokes[-1] == stroke


def test_strokes_are_removed_by_their_indices() -> None:
    first, second, third = (line((x, 0), (x, 9)) for x in (0, 5, 10))

    assert Drawing((first, second, third)).without([0, 2]) == Drawing((second,))


@pytest.mark.slow
@given(strokes, st.floats(0.01, 100), st.floats(-500, 500), st.floats(-500, 500))
def test_moving_keeps_time_and_pressure(stroke: Stroke, scale: float, dx: float, dy: float) -> None:
    moved = stroke.moved(scale=scale, dx=dx, dy=dy)

    np.testing.assert_array_equal(moved.points[:, 2:], stroke.points[:, 2:])
    np.testing.assert_allclose(moved.xy, stroke.xy * scale + (dx, dy))


@pytest.mark.slow
@given(drawings_with_ink)
def test_fitting_touches_the_box_and_stays_inside(drawing: Drawing) -> None:
    box = Bounds(100, 200, 900, 600)
    bounds = drawing.bounds
    inner = drawing.fit_into(box).bounds
    assert bounds is not None
    assert inner is not None

    centre = ((inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2)
    np.testing.assert_allclose(centre, (500, 400), atol=1e-6)
    if bounds.longer_side > 1e-3:
        fill = max(inner.width / box.width, inner.height / box.height)
        assert fill == pytest.approx(1.0, abs=1e-6)
        # Proportions are kept: one scale for both sides.
        assert inner.width * bounds.height == pytest.approx(inner.height * bounds.width, rel=1e-6, abs=1e-3)


def test_a_dot_is_moved_and_not_scaled() -> None:
    inner = Drawing((line((3, 4)),)).fit_into(Bounds(0, 0, 100, 100))

    assert inner.bounds == Bounds(50, 50, 50, 50)


def test_the_pens_width_follows_the_pressure() -> None:
    assert pen_width_at(NO_PRESSURE, 24.0) == 24.0
    np.testing.assert_allclose(pen_width_at(np.array([0.0, 0.5, 1.0]), 24.0), [12.0, 24.0, 36.0])
