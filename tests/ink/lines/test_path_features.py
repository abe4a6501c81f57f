"""The pen's path as the network for lines sees it."""

import numpy as np
import pytest

from digitvision.ink.lines.path_features import FEATURES, path_features


def test_a_straight_stroke_is_a_row_of_equal_steps() -> None:
    found = path_features([np.array([(0, 0), (2.4, 0)], np.float32)], step=0.24)

    assert found.shape == (11, FEATURES)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, :2], [(1, 0)] * 11, atol=1e-5)
    np.testing.assert_array_equal(found[:, 6], [1] + [0] * 10)
    np.testing.assert_allclose(found[:, 7:], [(0, 1)] * 11, atol=1e-5)


def test_a_corner_shows_in_the_turn_and_the_height_above_the_baseline() -> None:
    found = path_features([np.array([(0, 0), (0, -2.4), (2.4, -2.4)], np.float32)], step=0.24)

    assert found[10, 7] == pytest.approx(1, abs=1e-4)
    assert found[:, 7].sum() == pytest.approx(1, abs=1e-3)
    assert found[0, 4] == pytest.approx(0)
    assert found[-1, 4] == pytest.approx(2.4, abs=1e-5)


def test_between_two_strokes_lies_one_row_with_the_jump() -> None:
    dot, bar = np.array([(0, -1)], np.float32), np.array([(3, 0), (3, -1)], np.float32)
    found = path_features([dot, bar])

    jumps = np.flatnonzero(found[:, 5] == 0)
    assert jumps.tolist() == [3]
    np.testing.assert_allclose(found[3, 2:5], (3, 1, 0.5))
    np.testing.assert_array_equal(np.flatnonzero(found[:, 6]), [0, 4])
    # A dot has points, but no direction.
    np.testing.assert_array_equal(found[:3, :2], np.zeros((3, 2)))


def test_points_that_lie_closer_or_farther_apart_make_the_same_path() -> None:
    angles = np.linspace(0, 3, 400)
    fine = np.stack([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)

    np.testing.assert_allclose(path_features([fine]), path_features([fine[::3]]), atol=0.02)


def test_a_line_without_strokes_is_refused() -> None:
    with pytest.raises(ValueError, match="strokes"):
        path_features([])
