"""Ink in hand: duplicated, cut and pasted."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.document.ink_clipboard import CopiedInk, copy_of, ink_data, read_ink
from tests.ui.draw.page import AROUND_TWO, Page, bars, page
from tests.ui.hand import stroke
from tests.ui.windows import PATIENCE_MS

__all__ = ["page"]


def test_a_duplicate_lies_beside_the_ink_and_is_selected(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({1}, "x"))
    page.loop(AROUND_TWO)

    page.editing.duplicate()

    assert len(page.strokes) == 5
    assert page.selected == [3, 4]
    shift = page.strokes[3].xy - page.strokes[0].xy
    assert (shift == shift[0]).all()
    assert _lie_apart(page.strokes[3:], page.strokes[:3])
    assert page.document.corrections == Corrections().with_label({1}, "x").with_label({4}, "x")
    assert page.strokes[3].points[0, 2] > page.strokes[2].points[-1, 2]
    assert page.undo_text == "duplicate"


def _lie_apart(some: Sequence[Stroke], others: Sequence[Stroke], *, across: float = 0, down: float = 0) -> bool:
    """Whether the boxes of no two strokes meet, nor come as near as this in both directions."""
    return all(
        max(one.left - other.right, other.left - one.right) > across
        or max(one.top - other.bottom, other.top - one.bottom) > down
        for one in (stroke.bounds for stroke in some)
        for other in (stroke.bounds for stroke in others)
    )


def test_copies_never_lie_on_ink_and_are_in_sight_where_the_page_is_full(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(3))
    page.editing.select_all()

    for _ in range(6):
        page.editing.duplicate()
        copy = [page.strokes[index] for index in page.selected]
        assert _lie_apart(copy, [one for one in page.strokes if one not in copy])
        # The view may glide there.
        qtbot.waitUntil(partial(_in_sight, page, copy), timeout=PATIENCE_MS)


def _in_sight(page: Page, strokes: Sequence[Stroke]) -> bool:
    boxes = [one.bounds for one in strokes]
    corners = [corner for box in boxes for corner in ((box.left, box.top), (box.right, box.bottom))]
    return all(page.canvas.rect().contains(page.canvas.to_widget(*corner).toPoint()) for corner in corners)


def _clipboard_ink() -> bytes:
    data = ink_data(QGuiApplication.clipboard().mimeData())
    assert data is not None
    return data


def test_ink_that_is_cut_can_be_pasted_again_and_again(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({0}, "x").with_relation({1}, {0}, "Sup"))
    page.loop(AROUND_TWO)

    QGuiApplication.clipboard().setMimeData(copy_of(page.editing.copied(), "x^1", 9.0).mime())
    page.editing.cut()
    assert page.undo_text == "cut"
    assert len(page.strokes) == 1
    assert QGuiApplication.clipboard().text() == "x^1"
    assert not QGuiApplication.clipboard().image().isNull()
    page.editing.put_in(read_ink(_clipboard_ink(), "clipboard"))
    page.editing.put_in(read_ink(_clipboard_ink(), "clipboard"))

    assert page.undo_text == "paste"
    assert len(page.strokes) == 5
    assert page.selected == [3, 4]
    # In its place at first, and beside it after that, with the room of a row.
    np.testing.assert_allclose(page.strokes[1].xy, bars(1)[0].xy)
    assert _lie_apart(page.strokes[3:], page.strokes[:3], across=50, down=190)
    labels = dict(page.document.corrections.labels)
    assert labels == {frozenset({1}): "x", frozenset({3}): "x"}
    assert len(page.document.corrections.relations) == 2


def test_ink_is_pasted_where_it_can_be_seen(page: Page) -> None:
    page.put(*bars(1))
    far = Drawing((stroke((9000, 9000), (9100, 9100)),))
    page.editing.put_in(CopiedInk(far, Corrections()))

    bounds = page.strokes[-1].bounds
    assert bounds.left >= 0
    assert bounds.right <= 1000
    assert bounds.top >= 0
    assert bounds.bottom <= 1000


def test_pasting_with_the_pen_in_hand_asks_for_a_tool_that_selects(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(1))
    page.editing.select_all()
    ink = page.editing.copied()
    page.canvas.set_tool("pen")

    with qtbot.waitSignal(page.editing.selecting):
        page.editing.put_in(ink)
