"""Which strokes stay selected when the drawing changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from digitvision.ink.editing.transform import Affine
from digitvision.ink.stroke import Drawing
from digitvision.ui.selection.selection import Selection
from tests.ink.drawings import drawings_with_ink
from tests.ui.hand import stroke

_ROW = Drawing(tuple(stroke((100 * number, 0), (100 * number, 90)) for number in range(6)))


@pytest.mark.slow
@given(drawing=drawings_with_ink, chosen=st.sets(st.integers(0, 5)), gone=st.sets(st.integers(0, 5)))
def test_a_selection_follows_its_strokes(
    qapp: QApplication, drawing: Drawing, chosen: set[int], gone: set[int]
) -> None:
    selection = Selection()
    selection.follow(drawing)
    there = range(len(drawing.strokes))
    selection.choose(chosen & set(there))
    before = selection.strokes

    selection.follow(drawing.without(gone))

    kept = [one for index, one in zip(sorted(chosen & set(there)), before, strict=True) if index not in gone]
    assert len(selection.strokes) == len(kept)
    assert all(one is other for one, other in zip(selection.strokes, kept, strict=True))


def test_ink_that_is_moved_stays_selected_and_so_it_does_when_that_is_undone(qapp: QApplication) -> None:
    selection = Selection()
    selection.follow(_ROW)
    selection.choose((1, 3))
    heard: list[tuple[int, ...]] = []
    selection.changed.connect(lambda: heard.append(selection.indices))
    move = Affine.move(5, 5)

    selection.follow(_ROW.with_remains({index: (move.stroke(_ROW.strokes[index]),) for index in (1, 3)}))
    selection.follow(_ROW)

    assert heard == [(1, 3), (1, 3)]


def test_another_stroke_is_no_news(qapp: QApplication) -> None:
    selection = Selection()
    selection.follow(_ROW)
    selection.choose((5, 0, 5))
    heard: list[tuple[int, ...]] = []
    selection.changed.connect(lambda: heard.append(selection.indices))

    selection.choose((0, 5))

    assert heard == []
    assert selection.indices == (0, 5)
