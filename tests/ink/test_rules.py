"""Removing ruled lines and frames from a picture's ink."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.rules import without_frame, without_rules


def writing(height: int = 60, width: int = 200) -> NDArray[np.float32]:
    """Return three upright strokes and a ring."""
    ink = np.zeros((height, width), np.float32)
    for left in (40, 90, 140):
        ink[15:45, left : left + 4] = 1
    ink[20:40, 60:80] = 1
    ink[24:36, 64:76] = 0
    return ink


@pytest.mark.parametrize("slope", [0, 2, -3])
def test_a_rule_is_removed_and_the_writing_stays(slope: int) -> None:
    ink = writing()
    ruled = ink.copy()
    for column in range(200):
        row = 50 + round(slope * column / 200)
        ruled[row : row + 2, column] = 1

    assert np.array_equal(without_rules(ruled), ink)


def test_strokes_that_cross_a_rule_stay_whole() -> None:
    ink = writing()
    ruled = ink.copy()
    ruled[40:42] = 1

    left = without_rules(ruled)

    assert np.array_equal(left[:, 90:94], ink[:, 90:94])
    assert left[:, 100:135].sum() == 0


def test_a_broken_rule_is_removed_too() -> None:
    ruled = writing()
    ruled[52:54] = 1
    ruled[52:54, 50:53] = 0
    ruled[52:54, 120:123] = 0

    assert without_rules(ruled)[48:].sum() == 0


def test_a_frame_is_removed_with_its_soft_edge() -> None:
    ink = writing()
    framed = ink.copy()
    for depth, tone in ((3, 0.2), (4, 1.0), (5, 1.0), (6, 0.2)):
        framed[depth, depth:-depth] = framed[-depth - 1, depth:-depth] = tone
        framed[depth:-depth, depth] = framed[depth:-depth, -depth - 1] = tone

    assert np.array_equal(without_rules(framed), ink)


def test_writing_alone_is_left_as_it_is() -> None:
    ring = np.zeros((40, 40), np.float32)
    ring[5:35, 5:35] = 1
    ring[9:31, 9:31] = 0
    ring[19:21, 19:21] = 1

    for ink in (writing(), ring, np.zeros((5, 9), np.float32)):
        assert np.array_equal(without_rules(ink), ink)


def test_a_straight_frame_around_a_glyph_is_removed() -> None:
    glyph = np.zeros((90, 80), np.float32)
    glyph[25:65, 38:44] = 1
    framed = glyph.copy()
    framed[2:-2, 2:-2] = np.maximum(framed[2:-2, 2:-2], 1)
    framed[5:-5, 5:-5] = glyph[5:-5, 5:-5]

    np.testing.assert_array_equal(without_frame(framed), glyph)
    # Alone it may be a drawn square.
    empty = framed - glyph
    assert without_frame(empty) is empty


def test_a_ring_around_a_bar_is_a_glyph() -> None:
    down, across = np.mgrid[-40:40, -30:30]
    distance = np.hypot(down / 1.25, across)
    ring = ((distance < 28) & (distance > 23)).astype(np.float32)
    ring[37:43, 14:46] = 1

    assert without_frame(ring) is ring


def test_a_zero_with_a_dot_in_it_is_a_glyph() -> None:
    down, across = np.mgrid[-40:40, -30:30]
    distance = np.hypot(down / 1.25, across)
    zero = ((distance < 28) & (distance > 23) | (distance < 6)).astype(np.float32)

    assert without_frame(zero) is zero


@pytest.mark.parametrize("box", [(20, 50, 30, 80), (25, 35, 60, 140)], ids=["upright", "level"])
def test_a_bar_that_is_alone_is_no_frame(box: tuple[int, int, int, int]) -> None:
    top, left, bottom, right = box
    ink = np.zeros((90, 200), np.float32)
    ink[top:bottom, left:right] = 1

    assert np.array_equal(without_rules(ink), ink)
