"""The frame around selected ink: which part of it is hit, and what dragging that part does."""

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from digitvision.ink.stroke import Bounds
from digitvision.ui.selection.frame import CORNERS, CURSORS, SIDES, SIZES, Handle, dragged, handle_at, handles_of

_ROOM = QRectF(0, 0, 800, 600)
_FRAME = QRectF(200, 200, 200, 100)
_INK = Bounds(100, 100, 300, 200)
_near = st.floats(-5000, 5000)


def test_every_handle_is_hit_at_its_place_and_the_rest_of_the_frame_moves() -> None:
    handles = handles_of(_FRAME, _ROOM)

    assert {handle_at(_FRAME, _ROOM, place) for place in handles.values()} == set(get_args(Handle)) - {"inside"}
    assert handle_at(_FRAME, _ROOM, QPointF(260, 260)) == "inside"
    assert handle_at(_FRAME, _ROOM, QPointF(500, 500)) is None
    assert set(CURSORS) == set(get_args(Handle))


def test_narrow_ink_is_moved_by_its_middle_and_stretched_from_outside() -> None:
    narrow = QRectF(300, 100, 20, 200)

    assert handle_at(narrow, _ROOM, QPointF(310, 200)) == "inside"
    assert handle_at(narrow, _ROOM, QPointF(330, 200)) == "right"


def test_a_small_frame_has_corners_only_and_the_knob_is_always_in_sight() -> None:
    small = QRectF(300, 10, 30, 30)

    handles = handles_of(small, _ROOM)

    assert set(handles) == {*CORNERS, "turn"}
    assert handles["turn"].y() > small.bottom()


@given(x=_near, y=_near)
def test_a_corner_keeps_proportions_and_the_corner_opposite(x: float, y: float) -> None:
    for corner in CORNERS:
        affine = dragged(corner, _INK, (0, 0), (x, y))
        opposite = (
            _INK.right if "left" in corner else _INK.left,
            _INK.bottom if "top" in corner else _INK.top,
        )
        assert affine.xx == affine.yy > 0
        assert affine.point(*opposite) == pytest.approx(opposite, abs=1e-6)


@given(x=_near, y=_near)
def test_a_side_changes_one_direction_only(x: float, y: float) -> None:
    for side in SIDES:
        affine = dragged(side, _INK, (0, 0), (x, y))
        across = side in ("left", "right")
        assert (affine.yy if across else affine.xx) == 1
        assert (affine.xx if across else affine.yy) > 0


def test_the_dragged_side_follows_the_pointer() -> None:
    affine = dragged("right", _INK, (300, 150), (400, 999))

    assert affine.point(300, 100) == pytest.approx((400, 100))


@given(factor=st.floats(-1e9, 1e9))
def test_ink_never_gets_so_small_or_so_large_that_a_file_would_lose_it(factor: float) -> None:
    affine = dragged("bottom right", _INK, (0, 0), (factor, factor))

    assert SIZES[0] - 1e-6 <= _INK.longer_side * affine.xx <= SIZES[1] + 1e-6


def test_ink_without_extent_cannot_be_scaled() -> None:
    dot, bar = Bounds(5, 5, 5, 5), Bounds(0, 5, 100, 5)

    assert dragged("bottom right", dot, (0, 0), (50, 50)).is_identity
    assert dragged("bottom", bar, (0, 0), (0, 50)).is_identity


def test_the_knob_turns_about_the_middle_and_with_shift_in_steps() -> None:
    start = (200.0, 0.0)
    at = (200 + 150 * math.sin(0.5), 150 - 150 * math.cos(0.5))

    free = dragged("turn", _INK, start, at)
    stepped = dragged("turn", _INK, start, at, in_steps=True)

    assert free.point(200, 150) == pytest.approx((200, 150))
    assert math.atan2(free.yx, free.xx) == pytest.approx(0.5)
    assert math.atan2(stepped.yx, stepped.xx) == pytest.approx(math.radians(30))
