"""The button and the marks that tell that not all ink is in sight."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.drawing_settings import View
from digitvision.ink.stroke import Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.paper.view import HOME
from digitvision.ui.theme import Appearance, Theme
from tests.ui.hand import DIAGONAL, Pen, stroke, tap, write
from tests.ui.pictures import picture_of
from tests.ui.windows import PATIENCE_MS


def _middle(canvas: Canvas) -> tuple[float, float]:
    return canvas.to_drawing(QPointF(canvas.sheet.marks.button.center()))


def _marks(canvas: Canvas) -> list[QRectF]:
    return list(canvas.sheet.marks.marks)


@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_a_tap_on_the_button_shows_the_whole_drawing_and_writes_nothing(
    document: Document, canvas: Canvas, qtbot: QtBot, device: str
) -> None:
    write(canvas, DIAGONAL)
    canvas.sheet.view.zoom_to(2.5)
    assert canvas.sheet.marks.text == "250 %   Whole drawing"
    player = PointerPlayer(canvas, "pen" if device == "pen" else "mouse")
    for phase in ("press", "release"):
        player.send(phase, Sample(*_middle(canvas)))

    qtbot.waitUntil(
        lambda: canvas.sheet.view.placement.scale * 1000 == pytest.approx(canvas.height()), timeout=PATIENCE_MS
    )
    left, top, right, bottom = DIAGONAL.bounds
    assert canvas.sheet.view.view == View(1.0, (left + right) / 2, (top + bottom) / 2)
    assert canvas.sheet.marks.text == ""
    assert len(document.drawing.strokes) == 1


def test_a_small_drawing_comes_to_the_middle_and_the_next_one_begins_on_the_page(
    document: Document, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, stroke((100, 100), (200, 180)))
    assert canvas.sheet.view.view == HOME

    canvas.sheet.view.whole_drawing()
    assert (canvas.sheet.view.view.x, canvas.sheet.view.view.y) == (150.0, 140.0)
    assert canvas.sheet.view.usual
    middle = (canvas.width() / 2, canvas.height() / 2)
    qtbot.waitUntil(lambda: canvas.to_drawing(QPointF(*middle)) == pytest.approx((150, 140), abs=2))
    write(canvas, stroke((120, 120), (180, 150)))
    assert canvas.to_drawing(QPointF(*middle)) == pytest.approx((150, 140), abs=2)
    canvas.resize(canvas.width() + 60, canvas.height() + 60)
    assert (canvas.sheet.view.view.x, canvas.sheet.view.view.y) == (150.0, 140.0)
    document.start()

    assert canvas.sheet.view.view == HOME


def test_a_stroke_that_begins_on_the_button_is_written(document: Document, canvas: Canvas) -> None:
    canvas.sheet.view.zoom_to(2.0)
    x, y = _middle(canvas)
    write(canvas, stroke((x, y), (x - 100, y - 100)))

    assert len(document.drawing.strokes) == 1
    assert canvas.sheet.view.view.zoom == 2.0


def test_over_the_button_the_cursor_is_a_hand(document: Document, canvas: Canvas) -> None:
    canvas.sheet.view.zoom_to(2.0)
    PointerPlayer(canvas).send("release", Sample(*_middle(canvas)))
    assert canvas.cursor().shape() == Qt.CursorShape.BitmapCursor
    Pen(canvas).hover(_middle(canvas))
    assert canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_where_no_button_is_shown_a_tap_is_a_dot(document: Document, canvas: Canvas) -> None:
    place = canvas.to_drawing(QPointF(canvas.width() - 40, canvas.height() - 28))
    tap(canvas, place)

    assert len(document.drawing.strokes) == 1


def test_marks_stand_at_the_edges_along_which_ink_lies_out_of_sight(document: Document, canvas: Canvas) -> None:
    write(canvas, stroke((100, 500), (900, 500)))
    assert canvas.sheet.marks.marks == ()

    canvas.sheet.view.pan(canvas.width() / 2, 0)
    across, *others = _marks(canvas)
    assert not others
    assert across.width() > 3 * across.height()
    assert across.bottom() > canvas.height() - 10
    canvas.sheet.view.zoom_to(4.0)
    write(canvas, stroke(canvas.to_drawing(QPointF(10, 10)), canvas.to_drawing(QPointF(60, 60))))
    canvas.sheet.view.pan(0, -canvas.height())
    sides = {mark.width() > mark.height() for mark in _marks(canvas)}
    assert sides == {True, False}


def test_nothing_appears_while_the_pen_is_down(document: Document, canvas: Canvas) -> None:
    player = PointerPlayer(canvas)
    player.send("press", Sample(500, 500))
    player.send("move", Sample(3000, 500))
    assert canvas.sheet.marks.text == ""
    document.add_stroke(stroke((-3000, 500), (0, 500)))
    assert canvas.sheet.marks.text == ""

    player.send("release", Sample(3000, 500))

    assert canvas.sheet.marks.text == "100 %   Whole drawing"
    assert len(canvas.sheet.marks.marks) == 1


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_the_button_is_painted_where_it_says(canvas: Canvas, theme: Theme, appearance: Appearance) -> None:
    theme.set_appearance(appearance)
    write(canvas, DIAGONAL)
    usual = picture_of(canvas).astype(int)
    canvas.sheet.view.zoom_to(2.0)
    box = canvas.sheet.marks.button
    there = picture_of(canvas).astype(int)[box.top() : box.bottom(), box.left() : box.right()]
    before = usual[box.top() : box.bottom(), box.left() : box.right()]

    assert (np.abs(there - before).max(axis=2) > 60).sum() > 100


def test_the_button_is_not_offered_while_all_ink_is_in_sight_in_its_actual_size(canvas: Canvas) -> None:
    write(canvas, stroke((400, 400), (500, 500)))

    canvas.sheet.view.pan(40, 30)
    assert canvas.sheet.view.view != HOME
    assert canvas.sheet.marks.text == ""
    canvas.sheet.view.zoom_to(1.5)
    assert canvas.sheet.marks.text == "150 %   Whole drawing"
    canvas.sheet.view.zoom_to(1.0)
    canvas.sheet.view.pan(-canvas.width(), 0)
    assert canvas.sheet.marks.text == "100 %   Whole drawing"
