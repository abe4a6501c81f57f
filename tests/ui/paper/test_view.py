"""Views as pure functions: what is in sight, what stays where it is, and that nothing can get lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize

from digitvision.ink.drawing_settings import View
from digitvision.ui.paper.view import (
    HOME,
    MADE_ROOM,
    NEAR_EDGE,
    PAGE,
    ZOOMS,
    between,
    beyond,
    bounded,
    brought_into_sight,
    enclosing,
    followed,
    in_sight,
    next_zoom,
    panned,
    picture_rectangle,
    placed,
    shows_ink,
    whole_view,
    zoomed,
)

few = settings(max_examples=30)
sizes = st.builds(QSize, st.integers(220, 3000), st.integers(180, 3000))
places = st.floats(-5000, 5000)
views = st.builds(View, st.floats(*ZOOMS), places, places)
pixels = st.builds(QPointF, st.floats(0, 3000), st.floats(0, 3000))
ratios = st.sampled_from([1.0, 1.25, 1.5, 2.0])


@st.composite
def box_lists(draw: st.DrawFn, least: int = 0) -> NDArray[np.float64]:
    corners = draw(
        st.lists(st.tuples(places, places, st.floats(0, 900), st.floats(0, 900)), min_size=least, max_size=5)
    )
    return np.array([(x, y, x + width, y + height) for x, y, width, height in corners]).reshape(-1, 4)


@few
@given(view=views, size=sizes, ratio=ratios, x=places, y=places)
def test_a_placement_can_be_reversed_and_begins_at_a_whole_pixel_of_the_screen(
    view: View, size: QSize, ratio: float, x: float, y: float
) -> None:
    placement = placed(view, size, ratio)

    assert placement.to_drawing(placement.to_canvas(x, y)) == pytest.approx((x, y), abs=1e-3)
    for place in (placement.origin.x() * ratio, placement.origin.y() * ratio):
        assert place == pytest.approx(round(place), abs=1e-6)


@few
@given(view=views, size=sizes)
def test_the_middle_of_the_view_lies_in_the_middle_of_the_canvas(view: View, size: QSize) -> None:
    middle = placed(view, size).to_canvas(view.x, view.y)

    assert middle.x() == pytest.approx(size.width() / 2, abs=0.51)
    assert middle.y() == pytest.approx(size.height() / 2, abs=0.51)


@few
@given(view=views, size=sizes)
def test_what_is_in_sight_fills_the_canvas(view: View, size: QSize) -> None:
    rectangle = placed(view, size).rectangle(in_sight(view, size))

    assert rectangle.left() == pytest.approx(0, abs=0.51)
    assert rectangle.bottom() == pytest.approx(size.height(), abs=0.51)


@few
@given(size=sizes, boxes=box_lists(1))
def test_the_whole_view_shows_all_ink_and_nothing_larger_than_it_is(size: QSize, boxes: NDArray[np.float64]) -> None:
    view = whole_view(size, boxes, edge=22.0)

    assert not beyond(in_sight(view, size), boxes, margin=10.9).any()
    assert view.zoom <= 1.0


@few
@given(size=sizes, x=st.floats(0, 1000), y=st.floats(0, 1000))
def test_ink_at_the_edge_of_the_page_hardly_moves_it(size: QSize, x: float, y: float) -> None:
    view = whole_view(size, np.array([[x, y, x, y]]), edge=22.0)

    assert view.zoom == 1.0
    assert abs(view.x - 500) <= 22 + 1e-9
    assert abs(view.y - 500) <= 22 + 1e-9


@few
@given(size=sizes)
def test_the_whole_view_of_nothing_is_the_page(size: QSize) -> None:
    assert whole_view(size, np.empty((0, 4)), edge=22.0) == HOME


@few
@given(view=views, size=sizes, zoom=st.floats(*ZOOMS), at=pixels)
def test_zooming_leaves_what_lies_below_the_pointer_where_it_is(
    view: View, size: QSize, zoom: float, at: QPointF
) -> None:
    x, y = placed(view, size).to_drawing(at)

    after = placed(zoomed(view, size, zoom, at), size).to_canvas(x, y)

    # Half a pixel for each of the two roundings, and the first is enlarged.
    slack = 0.51 * (1 + max(zoom / view.zoom, 1.0))
    assert after.x() == pytest.approx(at.x(), abs=slack)
    assert after.y() == pytest.approx(at.y(), abs=slack)


@few
@given(view=views, size=sizes, right=st.floats(-500, 500), down=st.floats(-500, 500))
def test_panning_moves_everything_by_these_pixels(view: View, size: QSize, right: float, down: float) -> None:
    before, after = (placed(one, size).to_canvas(0, 0) for one in (view, panned(view, size, right, down)))

    assert after.x() - before.x() == pytest.approx(right, abs=1.01)
    assert after.y() - before.y() == pytest.approx(down, abs=1.01)


@few
@given(
    view=st.builds(View, st.floats(1e-3, 1e3), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
    size=sizes,
    boxes=box_lists(),
)
def test_page_and_ink_cannot_get_lost(view: View, size: QSize, boxes: NDArray[np.float64]) -> None:
    kept = bounded(view, size, boxes)

    content = enclosing(np.vstack([boxes, [0, 0, PAGE, PAGE]]))
    sight = in_sight(kept, size)
    assert (content[:2] < sight[2:]).all()
    assert (content[2:] > sight[:2]).all()
    assert kept.zoom <= ZOOMS[1]
    again = bounded(kept, size, boxes)
    assert (again.zoom, again.x, again.y) == pytest.approx((kept.zoom, kept.x, kept.y))


@few
@given(size=sizes, boxes=box_lists(), zoom=st.floats(*ZOOMS))
def test_there_is_room_to_go_on_writing_on_every_side(size: QSize, boxes: NDArray[np.float64], zoom: float) -> None:
    content = enclosing(np.vstack([boxes, [0, 0, PAGE, PAGE]]))
    for x, y in ((1e9, 1e9), (-1e9, -1e9)):
        sight = in_sight(bounded(View(zoom, x, y), size, boxes), size)
        extent = sight[2:] - sight[:2]
        free = (sight[2:] - content[2:] if x > 0 else content[:2] - sight[:2]) / extent
        assert free == pytest.approx(0.75, abs=0.001)


@few
@given(view=views, size=sizes, across=st.floats(0, 0.95), down=st.floats(0, 0.95), extent=st.floats(0, 0.5))
def test_the_paper_follows_ink_near_the_edges_and_no_other(
    view: View, size: QSize, across: float, down: float, extent: float
) -> None:
    sight = in_sight(view, size)
    sides = sight[2:] - sight[:2]
    start = sight[:2] + np.array([across, down]) * sides
    box = np.concatenate([start, start + extent * sides])

    after = in_sight(followed(view, size, box), size)

    ends = (box[2:] - after[:2]) / sides
    for axis, before in enumerate((across + extent, down + extent)):
        if before < NEAR_EDGE - 1e-6:
            assert after[axis] == sight[axis]
        elif before > NEAR_EDGE + 1e-6:
            assert ends[axis] == pytest.approx(MADE_ROOM)


def test_the_paper_does_not_follow_ink_that_is_out_of_sight() -> None:
    assert followed(HOME, QSize(500, 500), np.array([3000.0, 0, 3100, 100])) == HOME
    assert followed(HOME, QSize(500, 500), np.array([-300.0, 0, -100, 100])) == HOME


def test_ink_is_shown_where_any_of_it_is_in_sight() -> None:
    boxes = np.array([[900.0, 900, 1500, 1500], [5000, 0, 5001, 1]])
    size = QSize(400, 400)

    assert shows_ink(HOME, size, boxes)
    assert not shows_ink(HOME, size, boxes[1:])
    assert shows_ink(View(1.0, 5000, 0), size, boxes)


@few
@given(zoom=st.floats(*ZOOMS), steps=st.floats(-3, 3).filter(lambda steps: abs(steps) > 0.01))
def test_a_step_of_the_zoom_goes_its_way_and_stops_at_the_actual_size(zoom: float, steps: float) -> None:
    new = next_zoom(zoom, steps)

    assert (new > zoom) == (steps > 0) or new == zoom == 1.0 or abs(new - 1.0) < 0.05
    assert not (zoom < 0.95 and new > 1.0)
    assert not (zoom > 1.05 and new < 1.0)


def test_small_steps_leave_the_actual_size() -> None:
    zoom = 1.0
    for _ in range(10):
        zoom = next_zoom(zoom, 0.1)

    assert zoom == pytest.approx(1.25, rel=0.01)


@few
@given(start=views, end=views)
def test_a_glide_begins_and_ends_at_its_views(start: View, end: View) -> None:
    for share, view in ((0.0, start), (1.0, end)):
        found = between(start, end, share)
        assert (found.zoom, found.x, found.y) == pytest.approx((view.zoom, view.x, view.y))


@few
@given(size=sizes, view=views, width=st.integers(1, 4000), height=st.integers(1, 4000))
def test_a_picture_keeps_its_shape_and_its_place_on_the_paper(size: QSize, view: View, width: int, height: int) -> None:
    picture = QSize(width, height)
    home, here = (picture_rectangle(picture, size, placed(one, size)) for one in (HOME, view))

    assert home.width() <= 0.941 * size.width()
    assert home.height() <= 0.941 * size.height()
    assert here.width() / home.width() == pytest.approx(view.zoom)
    assert here.height() * width == pytest.approx(here.width() * height, rel=1e-3)
    middle = placed(view, size).to_canvas(PAGE / 2, PAGE / 2)
    assert (here.center().x(), here.center().y()) == pytest.approx((middle.x(), middle.y()), abs=1e-3)


@few
@given(size=sizes, boxes=box_lists(1))
def test_a_drawing_that_is_shown_smaller_has_room_around_it(size: QSize, boxes: NDArray[np.float64]) -> None:
    view = whole_view(size, boxes, edge=22.0)
    if view.zoom == 1.0:
        return
    seen = placed(view, size).rectangle(enclosing(boxes))

    assert seen.left() > 0.04 * size.width() - 1
    assert seen.right() < 0.96 * size.width() + 1
    assert seen.top() > 0.04 * size.height() - 1
    # The labels of the glyphs lie below their boxes.
    assert seen.bottom() < 0.96 * size.height() - 20 + 1


@few
@given(view=views, size=sizes, x=places, y=places, extent=st.floats(0, 0.7))
def test_a_box_is_brought_into_sight_and_the_zoom_stays(
    view: View, size: QSize, x: float, y: float, extent: float
) -> None:
    sight = in_sight(view, size)
    box = np.concatenate([[x, y], np.array([x, y]) + extent * (sight[2:] - sight[:2])])

    after = brought_into_sight(view, size, box)

    assert after.zoom == view.zoom
    assert beyond(in_sight(after, size), box[None]) == pytest.approx(np.zeros(4), abs=1e-6)


def test_of_a_box_that_is_too_large_the_upper_left_is_in_sight() -> None:
    after = in_sight(brought_into_sight(HOME, QSize(500, 500), np.array([3000.0, 4000, 9000, 9000])), QSize(500, 500))

    assert after[0] < 3000 < after[2]
    assert after[1] < 4000 < after[3]
