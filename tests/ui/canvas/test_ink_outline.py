"""The outline of all ink, which bounds how far the paper can be moved, is right after any changes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.ink_layer import InkLayer

_places = st.tuples(st.integers(0, 5), st.integers(0, 5))
_changes = st.lists(st.tuples(st.booleans(), _places, st.integers(0, 99)), min_size=1, max_size=25)


def test_the_outline_is_that_of_all_boxes(qapp: QApplication) -> None:
    @given(changes=_changes)
    @settings(max_examples=50)
    def check(changes: list[tuple[bool, tuple[int, int], int]]) -> None:
        layer, strokes = InkLayer(), tuple[Stroke, ...]()
        for adds, (x, y), where in changes:
            if adds or not strokes:
                strokes = (*strokes, Stroke.of([(x, y), (x + 1, y + 2)]))
            else:
                index = where % len(strokes)
                strokes = strokes[:index] + strokes[index + 1 :]
            layer.set_strokes(strokes)
            boxes = np.array([stroke.bounds for stroke in strokes]).reshape(-1, 4)
            assert len(layer.outline) == bool(strokes)
            if strokes:
                np.testing.assert_array_equal(layer.outline[0], [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)])

    check()
