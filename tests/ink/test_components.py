"""Connected components against a flood fill and against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from digitvision.ink.components import label_components


def flooded(mask: NDArray[np.bool_]) -> list[set[tuple[int, int]]]:
    """Return the groups of pixels that touch each other, found one pixel after the other."""
    left = {(int(row), int(column)) for row, column in np.argwhere(mask)}
    groups = []
    while left:
        group, waiting = set(), [left.pop()]
        while waiting:
            row, column = waiting.pop()
            group.add((row, column))
            near = {(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            waiting.extend(near)
        groups.append(group)
    return groups


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=14), elements=st.booleans()))
def test_groups_are_those_of_a_flood(mask: NDArray[np.bool_]) -> None:
    labels, count = label_components(mask)

    assert labels.shape == mask.shape
    assert ((labels > 0) == mask).all()
    found = [{(int(row), int(column)) for row, column in np.argwhere(labels == name + 1)} for name in range(count)]
    expected = flooded(mask)
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


@pytest.mark.slow
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.booleans()))
def test_components_are_those_of_scipy(mask: NDArray[np.bool_]) -> None:
    from scipy import ndimage

    labels, count = label_components(mask)
    expected, expected_count = ndimage.label(mask, structure=np.ones((3, 3)))

    assert count == expected_count
    # Both number the components; each number of one must stand for exactly one number of the other.
    assert len({*zip(labels.ravel().tolist(), np.ravel(expected).tolist(), strict=True)} - {(0, 0)}) == count


def test_a_long_snake_is_one_component() -> None:
    mask = np.zeros((801, 801), bool)
    mask[::2] = True
    mask[1::4, -1] = True
    mask[3::4, 0] = True

    assert label_components(mask)[1] == 1


def test_corners_touch_and_rows_do_not_wrap_around() -> None:
    mask = np.zeros((4, 5), bool)
    mask[0, 4] = mask[1, 3] = True
    mask[2, 0] = mask[3, 4] = True

    assert label_components(mask)[1] == 3


def test_an_empty_mask_has_no_components() -> None:
    labels, count = label_components(np.zeros((3, 4), bool))

    assert count == 0
    assert not labels.any()
