"""Boxes over the ink: where they are, what they say, and that they leave the pen alone."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPalette
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction
from digitvision.ui.canvas import glyph_boxes
from tests.ui import hand
from tests.ui.controls import choose
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.expressions import column
from tests.ui.hand import Fingers, tap


def _differs(one: QImage, other: QImage, area: QRect) -> int:
    """Return the number of pixels in an area that differ."""
    spots = [(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())]
    return sum(one.pixel(x, y) != other.pixel(x, y) for x, y in spots)


def _place_on_drawing(window: EquationWindow, position: QPointF) -> tuple[float, float]:
    return window.window.draw_tab.canvas.to_drawing(position)


def test_each_glyph_has_a_box_around_its_ink(equations: EquationMaker) -> None:
    window = equations("1+2")
    window.write(3)
    canvas, boxes = window.window.draw_tab.canvas, window.answer.corrections.boxes

    assert [boxes.text(index) for index in range(3)] == ["1", "+", "2"]
    for index, stroke in enumerate(canvas.drawing.strokes):
        left, top, right, bottom = stroke.bounds
        rectangle = boxes.rectangle(index)
        assert rectangle.contains(canvas.to_widget(left, top))
        assert rectangle.contains(canvas.to_widget(right, bottom))
        assert rectangle.width() < 60
        assert boxes.glyph_at(rectangle.center()) == index


@pytest.mark.parametrize(("in_vocabulary", "trust"), [(1.0, "sure"), (0.1, "not sure")])
def test_what_looks_like_no_sign_is_not_trusted(in_vocabulary: float, trust: str) -> None:
    label = Label("7", "7")
    prediction = Prediction((label,), np.ones(1, np.float32), in_vocabulary)
    glyph = GlyphReading((Candidate("7", "7", 0.97),), (0,), Bounds(0, 0, 1, 1), prediction)

    assert glyph_boxes.trust_in(glyph) == trust


@pytest.mark.slow
def test_boxes_follow_the_canvas(equations: EquationMaker, qtbot: QtBot) -> None:
    window = equations("1+2")
    window.write(3)
    canvas, boxes = window.window.draw_tab.canvas, window.answer.corrections.boxes

    window.window.resize(700, 560)
    qtbot.wait(20)

    left, top, right, bottom = canvas.drawing.strokes[1].bounds
    assert boxes.rectangle(1).center().x() == pytest.approx(
        (canvas.to_widget(left, top).x() + canvas.to_widget(right, bottom).x()) / 2, abs=1
    )


def test_how_sure_a_glyph_is_is_said_by_shape_and_sign_and_colour(equations: EquationMaker) -> None:
    window = equations("1+2", confidences=(0.99, 0.7, 0.3))
    window.write(3)
    boxes, palette = window.answer.corrections.boxes, window.window.palette()

    assert [boxes.trust(index) for index in range(3)] == ["sure", "likely", "not sure"]
    assert boxes.text(2) == "2?"
    colours = {glyph_boxes.trust_colour(boxes.trust(index), palette).name() for index in range(3)}
    assert len(colours) == 3
    canvas = window.window.draw_tab.canvas
    image = canvas.grab().toImage()
    spreads = []
    for index in range(3):
        # Along the left side, between the corners: a line that is broken is lighter here and there.
        edge, left = boxes.rectangle(index), round(boxes.rectangle(index).left())
        rows = range(int(edge.top()) + 8, int(edge.bottom()) - 8)
        shades = [min(image.pixelColor(left + dx, y).lightness() for dx in (-1, 0)) for y in rows]
        spreads.append(max(shades) - min(shades))
    assert spreads[0] < 20
    assert spreads[1] > 40
    assert spreads[2] > 40


@pytest.mark.slow
def test_the_boxes_can_be_hidden_and_that_is_remembered(equations: EquationMaker) -> None:
    window = equations("1+2")
    window.write(3)
    canvas, boxes = window.window.draw_tab.canvas, window.answer.corrections.boxes
    with_boxes = canvas.grab().toImage()

    choose(window.window, "Boxes around glyphs")

    without = canvas.grab().toImage()
    assert _differs(with_boxes, without, boxes.rectangle(0).toAlignedRect()) > 20
    assert not boxes.is_button(boxes.label(0).center())
    window.window.document.start()
    window.window.close()
    again = equations("1+2")
    again.write(1)
    assert not again.answer.corrections.boxes.visible


def test_characters_have_no_boxes(equations: EquationMaker) -> None:
    window = equations("1+2")
    window.write(1)

    choose(window.window, "Character")
    window.settle()

    assert window.answer.corrections.boxes.glyphs == ()


def test_a_tap_on_a_label_asks_and_writes_nothing(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = equations("1+2")
    window.write(3)
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    corrections = window.answer.corrections

    tap(window.window.draw_tab.canvas, _place_on_drawing(window, corrections.boxes.label(1).center()))

    assert len(window.window.document.drawing.strokes) == 3
    assert corrections.popup is not None
    assert corrections.popup.isVisible()
    assert corrections.popup.offered[0].startswith("+")
    corrections.popup.hide()


def test_a_tap_while_somebody_writes_is_a_dot(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = equations("1+2")
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 3600.0)
    window.write(3)

    tap(window.window.draw_tab.canvas, _place_on_drawing(window, window.answer.corrections.boxes.label(1).center()))
    window.settle()

    assert len(window.window.document.drawing.strokes) == 4
    assert window.answer.corrections.popup is None


def test_a_stroke_that_begins_on_a_label_is_written(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = equations("1+2")
    window.write(3)
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    x, y = _place_on_drawing(window, window.answer.corrections.boxes.label(1).center())

    window.write([Stroke.of((x + 10 * number, y, 4.0 * number) for number in range(10))])

    assert len(window.window.document.drawing.strokes) == 4


def test_what_was_corrected_looks_pinned(equations: EquationMaker) -> None:
    window = equations("1+2")
    window.write(3)
    boxes = window.answer.corrections.boxes
    assert not boxes.is_pinned(2)

    window.window.document.correct(Corrections().with_label({2}, "x"))
    window.settle()

    assert [boxes.is_pinned(index) for index in range(3)] == [False, False, True]
    assert boxes.text(2) == "x"


# --- where a tap asks, and where it is ink ------------------------------------------------------------------------


def _row_of_three(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> EquationWindow:
    window = equations("1+2")
    window.write(3)
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    return window


def _asks(window: EquationWindow, spot: QPointF, *, finger: Fingers | None = None) -> bool:
    """Tap on this pixel of the canvas; return whether candidates were asked for, and else expect a dot."""
    canvas, document, corrections = window.window.draw_tab.canvas, window.window.document, window.answer.corrections
    before = len(document.drawing.strokes)
    if finger is None:
        tap(canvas, canvas.to_drawing(spot))
    else:
        finger.press(0, canvas.to_drawing(spot))
        finger.release(0, canvas.to_drawing(spot))
    asked = corrections.popup is not None and corrections.popup.isVisible()
    assert (len(document.drawing.strokes) == before) == asked
    if corrections.popup is not None:
        corrections.popup.hide()
    return asked


def test_a_near_miss_of_a_label_asks(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _row_of_three(equations, monkeypatch)
    label = window.answer.corrections.boxes.label(1)

    for beside in (label.left() - 11, label.right() + 11):
        assert _asks(window, QPointF(beside, label.center().y()))
    assert _asks(window, QPointF(label.center().x(), label.bottom() + 11))
    assert not _asks(window, QPointF(label.center().x(), label.bottom() + 14))


def test_a_finger_may_miss_a_label_by_more(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _row_of_three(equations, monkeypatch)
    label = window.answer.corrections.boxes.label(1)
    beside = QPointF(label.left() - 15, label.center().y())
    hand = Fingers(window.window.draw_tab.canvas)

    assert _asks(window, beside, finger=hand)
    assert not _asks(window, beside)


def test_a_tap_within_a_glyphs_box_asks(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _row_of_three(equations, monkeypatch)

    assert _asks(window, window.answer.corrections.boxes.rectangle(1).center())


def test_a_decimal_point_beside_a_glyph_is_written(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _row_of_three(equations, monkeypatch)
    boxes = window.answer.corrections.boxes
    ink_bottom = boxes.rectangle(0).bottom() - glyph_boxes.BOX_MARGIN_PX

    assert not _asks(window, QPointF(boxes.rectangle(0).right() + 6, ink_bottom - 2))


def test_the_dot_over_a_stem_is_written(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = _row_of_three(equations, monkeypatch)
    stem = window.answer.corrections.boxes.rectangle(0)

    assert not _asks(window, QPointF(stem.center().x(), stem.top() - 10))


def test_what_stands_within_a_root_can_get_a_decimal_point(
    equations: EquationMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = equations("112")
    root = Stroke.of([(300, 500, 0), (340, 600, 20), (380, 300, 40), (900, 300, 60)])
    window.write([root, column(500.0), column(700.0)])
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    boxes = window.answer.corrections.boxes
    between = QPointF((boxes.rectangle(1).right() + boxes.rectangle(2).left()) / 2, boxes.rectangle(1).bottom() - 4)
    assert boxes.rectangle(0).contains(between)

    assert not _asks(window, between)


def test_a_label_takes_no_ink_away(equations: EquationMaker) -> None:
    """Rows stand close on real paper: the label of one lies over what is written in the next."""
    window = equations("11")
    window.write([column(300.0, top=100.0, bottom=300.0)])
    canvas, boxes = window.window.draw_tab.canvas, window.answer.corrections.boxes
    label = boxes.label(0)
    assert not canvas.has_ink(label)
    left, top = canvas.to_drawing(label.topLeft())
    right, bottom = canvas.to_drawing(label.bottomRight())

    window.write([hand.stroke((left, bottom), (right, top))])

    assert canvas.has_ink(label)
    ink = canvas.palette().color(QPalette.ColorRole.Text)
    shown = canvas.grab().toImage()
    centre = label.center().toPoint()
    around = [shown.pixelColor(centre.x() + x, centre.y() + y) for x in range(-4, 5) for y in range(-4, 5)]
    assert sum(abs(one.lightness() - ink.lightness()) < 30 for one in around) > 3


def test_around_small_ink_doubt_is_a_line_and_no_box(equations: EquationMaker) -> None:
    window = equations("1+2", confidences=(0.2, 0.95, 0.95))
    window.write(3)
    canvas, boxes = window.window.draw_tab.canvas, window.answer.corrections.boxes
    canvas.sheet.view.zoom_to(0.05)
    window.settle()
    box = boxes.rectangle(0)

    def painted(x: float, y: float) -> int:
        boxes.set_visible(True)
        shown = canvas.grab().toImage()
        boxes.set_visible(False)
        return _differs(shown, canvas.grab().toImage(), QRect(round(x) - 2, round(y) - 2, 5, 5))

    assert boxes.trust(0) == "not sure"
    assert painted(box.center().x(), box.bottom()) > 0
    assert painted(box.center().x(), box.top()) == 0
    assert painted(box.left(), box.center().y()) == 0
