"""Words in several rows."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.stroke import Drawing
from digitvision.recognition.text.row_overlap import SEVERAL_ABOVE, share_in_rows
from tests.recognition.text.printed import printed


def _boxes(*drawings: Drawing) -> NDArray[np.float64]:
    return np.array([stroke.bounds for drawing in drawings for stroke in drawing.strokes])


def _below(drawing: Drawing, dy: float) -> Drawing:
    return Drawing(tuple(stroke.moved(scale=1, dx=0, dy=dy) for stroke in drawing.strokes))


@pytest.mark.parametrize("text", ["the little tent", "hello", "i", "1"])
def test_nothing_of_a_line_lies_below_other_ink(text: str) -> None:
    assert share_in_rows(_boxes(printed(text))) < SEVERAL_ABOVE / 2


@pytest.mark.parametrize("dy", [130.0, 180.0, 400.0])
def test_two_rows_lie_below_each_other(dy: float) -> None:
    rows = printed("the little tent"), _below(printed("hotel in the inn"), dy)

    assert share_in_rows(_boxes(*rows)) > SEVERAL_ABOVE


def test_boxes_without_width_are_no_rows() -> None:
    assert share_in_rows(np.array([[0.0, 0, 0, 9], [0, 20, 0, 29]])) == 0
