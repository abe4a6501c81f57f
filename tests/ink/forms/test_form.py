"""Forms in pictures: dividers, combs, boxes and margin bars are taken out, and ones stay."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.forms.form import without_form

CELL, COUNT, LEFT, TOP, HEIGHT = 40, 5, 15, 15, 56


def writing() -> NDArray[np.float32]:
    """Return rings and a one in the middles of five cells."""
    ink = np.zeros((90, 2 * LEFT + COUNT * CELL), np.float32)
    for cell in range(COUNT):
        middle = LEFT + cell * CELL + CELL // 2
        if cell == 2:
            ink[28:58, middle - 1 : middle + 2] = 1
        else:
            ink[28:58, middle - 9 : middle + 9] = 1
            ink[31:55, middle - 6 : middle + 6] = 0
    return ink


def form(kind: str) -> NDArray[np.float32]:
    """Return the ruled lines of a kind of form, without writing."""
    ink = np.zeros_like(writing())
    bottom, right = TOP + HEIGHT, LEFT + COUNT * CELL
    edges = [LEFT + cell * CELL for cell in range(COUNT + 1)]
    if kind in ("comb", "boxes", "ticks"):
        ink[bottom - 2 : bottom, LEFT : right + 2] = 1
    if kind == "boxes":
        ink[TOP : TOP + 2, LEFT : right + 2] = 1
    if kind in ("comb", "boxes", "dividers"):
        for x in edges:
            ink[TOP:bottom, x : x + 2] = 1
    if kind == "ticks":
        for x in edges:
            ink[bottom - 16 : bottom, x : x + 2] = 1
    if kind == "dotted":
        for x in edges[1:-1]:
            for y in range(TOP, bottom, 6):
                ink[y : y + 3, x : x + 2] = 1
    if kind == "margin":
        ink[TOP : bottom + 8, 6:9] = 1
    if kind == "apart":
        for x in edges[:-1]:
            ink[TOP:bottom, x + 4 : x + CELL - 4] = 1
            ink[TOP + 2 : bottom - 2, x + 6 : x + CELL - 6] = 0
    return ink


@pytest.mark.parametrize("kind", ["comb", "boxes", "ticks", "dividers", "dotted", "margin", "apart"])
def test_the_form_goes_and_the_writing_stays(kind: str) -> None:
    ink = writing()

    left = without_form(np.maximum(ink, form(kind)))

    assert np.array_equal(left.ink, ink)
    assert not left.doubtful


@pytest.mark.parametrize("turn", [-2.5, 2.0])
@pytest.mark.parametrize("kind", ["comb", "boxes", "dividers"])
def test_a_form_may_be_turned(kind: str, turn: float) -> None:
    def turned(ink: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(Image.fromarray(ink).rotate(turn, Image.Resampling.BILINEAR, expand=True), np.float32)

    ink = turned(writing())

    left = without_form(turned(np.maximum(writing(), form(kind)))).ink

    assert np.abs(left - ink).sum() < 0.05 * ink.sum()


def test_dividers_of_a_row_that_was_cut_out_go() -> None:
    ink = writing()[20:66]

    assert np.array_equal(without_form(np.maximum(ink, form("boxes")[20:66])).ink, ink)


def test_ones_are_no_dividers() -> None:
    ink = np.zeros((60, 200), np.float32)
    for x, top, bottom in ((20, 12, 45), (55, 10, 47), (92, 13, 44), (150, 11, 46)):
        ink[top:bottom, x : x + 3] = 1
    # The third and the fourth have a plus between them.
    ink[28:31, 110:130] = 1
    ink[20:40, 119:122] = 1

    left = without_form(ink)

    assert np.array_equal(left.ink, ink)
    assert not left.doubtful


def test_a_long_one_beside_a_zero_stays() -> None:
    ink = np.zeros((60, 80), np.float32)
    ink[5:55, 15:18] = 1
    ink[20:45, 40:60] = 1
    ink[23:42, 43:57] = 0

    assert np.array_equal(without_form(ink).ink, ink)


def test_rules_through_the_writing_leave_a_doubt() -> None:
    ink = writing()
    ink[43:45] = 1

    assert without_form(ink).doubtful
