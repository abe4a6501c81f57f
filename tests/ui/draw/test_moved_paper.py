"""What lies over the ink moves with it: boxes, their labels, and the list of candidates."""

import pytest
from PySide6.QtCore import QPointF

from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.canvas.glyph_boxes import LABEL_PX
from tests.ui.draw.equation_window import EquationWindow
from tests.ui.hand import tap


@pytest.fixture(autouse=True)
def _no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tap just after a stroke is meant for what lies there, and is no dot of the writing."""
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)


@pytest.mark.slow
def test_boxes_lie_around_their_ink_wherever_the_paper_has_been_moved(equation: EquationWindow) -> None:
    canvas = equation.window.draw_tab.canvas
    boxes = equation.window.draw_tab.expression.corrections.boxes
    for zoom, right, down in ((2.5, 0.0, 0.0), (1.0, -40.0, 25.0)):
        canvas.sheet.view.zoom_to(zoom, QPointF(50, 80))
        canvas.sheet.view.pan(right, down)
        for index, glyph in enumerate(boxes.glyphs):
            left, top, right, bottom = glyph.box
            rectangle = boxes.rectangle(index)
            assert rectangle.contains(canvas.to_widget(left, top))
            assert rectangle.contains(canvas.to_widget(right, bottom))
            assert boxes.label(index).height() < 2 * LABEL_PX


def test_the_label_of_a_glyph_that_is_out_of_sight_is_out_of_sight_too(equation: EquationWindow) -> None:
    canvas = equation.window.draw_tab.canvas
    boxes = equation.window.draw_tab.expression.corrections.boxes
    canvas.sheet.view.zoom_to(8.0, canvas.to_widget(*boxes.glyphs[0].box[:2]))
    canvas.sheet.view.pan(0, 2.0 * canvas.height())

    below = [index for index in range(3) if boxes.rectangle(index).top() > canvas.height()]
    assert below
    assert all(boxes.label(index).top() >= canvas.height() for index in below)


def test_the_list_of_candidates_closes_when_its_glyph_moves_away(equation: EquationWindow) -> None:
    canvas = equation.window.draw_tab.canvas
    corrections = equation.window.draw_tab.expression.corrections
    tap(canvas, canvas.to_drawing(corrections.boxes.label(2).center()))
    equation.qtbot.waitUntil(lambda: corrections.popup is not None and corrections.popup.isVisible())

    canvas.sheet.view.pan(0, -10)

    assert corrections.popup is not None
    assert not corrections.popup.isVisible()
    assert canvas.hasFocus()


@pytest.mark.parametrize("zoom", [0.5, 4.0])
def test_a_label_is_tapped_where_it_is_shown(equation: EquationWindow, zoom: float) -> None:
    canvas = equation.window.draw_tab.canvas
    corrections = equation.window.draw_tab.expression.corrections
    box = corrections.boxes.glyphs[2].box
    canvas.sheet.view.zoom_to(zoom, canvas.to_widget(box.left, box.bottom))
    strokes = len(equation.window.document.drawing.strokes)
    tap(canvas, canvas.to_drawing(corrections.boxes.label(2).center()))

    equation.qtbot.waitUntil(lambda: corrections.popup is not None and corrections.popup.isVisible())
    assert len(equation.window.document.drawing.strokes) == strokes
