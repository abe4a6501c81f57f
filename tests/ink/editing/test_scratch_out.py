"""A zigzag over ink takes it away; writing never does."""

import json
import lzma
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.editing.scratch_out import scratched_out
from digitvision.ink.editing.transform import Affine
from digitvision.ink.stroke import Stroke
from tests.ink.drawings import DIGITS, line, sample_drawing, strokes


def zigzag(left: float, top: float, right: float, bottom: float, legs: int = 8) -> Stroke:
    """Return a zigzag of legs from left to right and back, downwards over this rectangle."""
    corners = [(right if leg % 2 else left, top + (bottom - top) * leg / legs) for leg in range(legs + 1)]
    positions = np.concatenate([np.linspace(start, end, 12, endpoint=False) for start, end in pairwise(corners)])
    return Stroke.of([*positions.tolist(), corners[-1]])


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("degrees", [0, 40, 90])
def test_a_zigzag_over_a_digit_takes_it(digit: int, degrees: int) -> None:
    drawing = sample_drawing(digit)
    turned = Affine.turn(np.radians(degrees), about=(0, 0))
    ink = [turned.stroke(stroke) for stroke in drawing.strokes]
    points = np.concatenate([stroke.xy for stroke in ink])
    low, high = points.min(axis=0), points.max(axis=0)
    # Nobody's hand goes to and fro in less than a fraction of the height.
    margin = max(10.0, 0.25 * (high[1] - low[1]) - (high[0] - low[0]) / 2)

    assert scratched_out(zigzag(low[0] - margin, low[1] - 10, high[0] + margin, high[1] + 10), ink) == tuple(
        range(len(ink))
    )


def test_ink_beside_it_stays() -> None:
    before = [line((100, 100), (150, 200)), line((300, 100), (350, 200))]

    assert scratched_out(zigzag(280, 90, 370, 210), before) == (1,)


@pytest.mark.parametrize(("top", "taken"), [(100, (0, 1)), (180, (0,))])
def test_over_several_digits_it_takes_also_one_that_it_covers_by_half(top: float, taken: tuple[int, ...]) -> None:
    before = [line((300, 100), (310, 200)), line((350, top), (350, top + 180))]

    assert scratched_out(zigzag(280, 90, 370, 210), before) == taken


def test_a_single_digit_that_is_covered_by_half_stays() -> None:
    assert scratched_out(zigzag(280, 90, 370, 210), [line((350, 100), (350, 280))]) == ()


def test_a_long_line_that_runs_through_stays() -> None:
    bar, digit = line((0, 150), (1000, 150)), line((280, 100), (320, 100), (290, 200))

    assert scratched_out(zigzag(260, 90, 340, 210), [bar, digit]) == (1,)


@pytest.mark.parametrize(
    "stroke",
    [
        zigzag(280, 90, 370, 210, legs=3),
        line((280, 90), (370, 210)),
        Stroke.of((320 + 50 * np.cos(a), 150 + 60 * np.sin(a)) for a in np.linspace(0, 30, 200)),
        line((300, 150)),
    ],
    ids=["few legs", "a line", "circles", "a dot"],
)
def test_what_is_no_dense_zigzag_takes_nothing(stroke: Stroke) -> None:
    assert scratched_out(stroke, [line((300, 100), (350, 200))]) == ()


def test_over_nothing_it_is_ink() -> None:
    assert scratched_out(zigzag(280, 90, 370, 210), []) == ()
    assert scratched_out(zigzag(280, 90, 370, 210), [line((600, 100), (650, 200))]) == ()


@pytest.mark.slow
@given(stroke=strokes, others=st.lists(strokes, max_size=4), scale=st.floats(0.01, 100))
def test_the_size_of_the_writing_does_not_matter(stroke: Stroke, others: list[Stroke], scale: float) -> None:
    larger = Affine.scale(scale, scale, about=(0, 0))

    scaled = scratched_out(larger.stroke(stroke), [larger.stroke(other) for other in others])
    assert scaled == scratched_out(stroke, others)


def _expressions(path: Path) -> Iterator[list[Stroke]]:
    with lzma.open(path, "rt") as lines:
        for text in lines:
            yield [Stroke.of(np.reshape(xy, (-1, 2)).tolist()) for xy in json.loads(text)["strokes"]]


@pytest.mark.slow
def test_writing_is_not_taken_for_it(shared: Path) -> None:
    seen = taken = 0
    for written in islice(_expressions(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz"), 300):
        for index, stroke in enumerate(written):
            seen += 1
            taken += bool(scratched_out(stroke, written[:index]))

    assert seen > 3000
    assert taken == 0
