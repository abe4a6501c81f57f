"""The value of a sum, on the canvas beside its equals sign: in the accent's colour, and gone when somebody writes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPalette

from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.theme import Appearance
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.draw.page_window import PageMaker, PageWindow, strokes_of_row
from tests.ui.expressions import column
from tests.ui.hand import stroke, write
from tests.ui.pictures import PaintedRegion, picture_of, rgb


@pytest.fixture
def sum_(equations: EquationMaker) -> EquationWindow:
    """A window in which `2 + 3 =` is written, without boxes around its glyphs."""
    made = equations("2+3=")
    made.answer.corrections.boxes.set_visible(False)
    made.write([column(150.0 + 90.0 * number) for number in range(4)])
    return made


def _accent_pixels(window: EquationWindow, rectangle: QRectF) -> int:
    canvas = window.window.draw_tab.canvas
    inside = rectangle.toAlignedRect()
    picture = picture_of(canvas).astype(float)[inside.top() : inside.bottom(), inside.left() : inside.right()]
    accent = rgb(canvas.palette().color(QPalette.ColorRole.Accent))
    return int((np.abs(picture - accent).max(axis=2) < 40).sum())


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_it_stands_right_of_the_ink_in_the_accents_colour(sum_: EquationWindow, appearance: Appearance) -> None:
    sum_.window.set_appearance(appearance)
    sum_.qtbot.wait(20)
    canvas, beside = sum_.window.draw_tab.canvas, sum_.answer.beside

    rectangle = beside.rectangle()

    assert beside.formula is not None
    assert rectangle.left() > canvas.to_widget(150 + 90 * 3, 0).x()
    assert QRectF(canvas.rect()).contains(rectangle)
    # About as high as the writing, and on its line.
    assert 0.5 < rectangle.height() / (canvas.to_widget(0, 600).y() - canvas.to_widget(0, 400).y()) < 2
    assert canvas.to_widget(0, 400).y() < rectangle.center().y() < canvas.to_widget(0, 600).y()
    assert _accent_pixels(sum_, rectangle) > 50


@pytest.mark.slow
def test_it_is_hidden_under_the_pen_and_goes_with_the_stroke(sum_: EquationWindow) -> None:
    canvas, rectangle = sum_.window.draw_tab.canvas, sum_.answer.beside.rectangle()
    middle = canvas.to_drawing(rectangle.center())
    player = PointerPlayer(canvas)

    player.send("press", Sample(*middle))
    player.send("move", Sample(middle[0], middle[1] + 30))
    assert _accent_pixels(sum_, rectangle) == 0
    player.send("move", Sample(middle[0], middle[1] + 90))
    player.send("release", Sample(middle[0], middle[1] + 90))
    assert sum_.answer.beside.formula is None
    assert len(sum_.window.document.drawing.strokes) == 5, "what is written over it is ink"

    sum_.settle()
    sum_.window.document.undo_stack.undo()
    sum_.settle()
    assert sum_.answer.beside.formula is not None


def test_a_value_that_nobody_asked_for_stays_below_the_canvas(equations: EquationMaker) -> None:
    window = equations("7+5-2")
    window.write(5)

    assert window.answer.panel.value_text == "= 10"
    assert window.answer.beside.formula is None


def test_without_room_it_stands_below_the_canvas_only(equations: EquationMaker) -> None:
    window = equations("2+3=")
    canvas = window.window.draw_tab.canvas
    edge = canvas.to_drawing(QRectF(canvas.rect()).bottomRight())[0]
    window.write([column(150.0), column(240.0), column(330.0), column(edge - 20)])

    assert window.answer.panel.value_text == "= 5"
    assert window.answer.beside.rectangle().isEmpty()


def test_it_goes_with_the_ink(sum_: EquationWindow) -> None:
    sum_.window.document.clear()
    sum_.settle()

    assert sum_.answer.beside.formula is None


@pytest.mark.parametrize("at_top", [False, True])
def test_a_row_at_the_edge_of_the_canvas_has_its_value_in_sight(three_rows: PageWindow, at_top: bool) -> None:
    canvas, beside = three_rows.window.draw_tab.canvas, three_rows.answer.beside
    box = three_rows.answer.items[1].row.box
    x, y = canvas.to_widget(box.right, box.top + (box.bottom - box.top) / 2).toTuple()
    edge = 4.0 if at_top else canvas.height() - 4.0

    canvas.sheet.view.pan(0, edge - y)
    three_rows.settle()

    place = beside.rectangle(1)
    assert canvas.to_widget(box.right, (box.top + box.bottom) / 2).y() == pytest.approx(edge, abs=1)
    assert place.left() > x
    assert place.top() <= edge <= place.bottom()
    assert QRectF(canvas.rect()).contains(place)
    assert beside.rectangle(0 if at_top else 2).isEmpty(), "of what is out of sight the value is, too"


def test_a_rule_at_the_lower_edge_has_its_sum_beside_it(pages: PageMaker) -> None:
    page = pages(scripts=("12", "34", "-"))
    rule = stroke(*((110.0 + 4 * step, 400.0) for step in range(30)))
    page.window.document.open(Drawing((*strokes_of_row(0, 2), *strokes_of_row(1, 2), rule)), None, native=True)
    page.settle()
    canvas, beside = page.window.draw_tab.canvas, page.answer.beside
    assert beside.rectangle().top() > canvas.to_widget(0, 400).y()

    canvas.sheet.view.pan(0, canvas.height() - 20 - canvas.to_widget(0, 400).y())
    page.settle()

    place = beside.rectangle()
    assert place.left() > canvas.to_widget(rule.bounds.right, 400).x()
    assert QRectF(canvas.rect()).contains(place)


def test_another_value_of_the_same_size_is_painted(sum_: EquationWindow) -> None:
    """Only what is asked to be painted is painted: a rectangle that stays is painted anew where its value changes."""
    canvas, beside = sum_.window.draw_tab.canvas, sum_.answer.beside
    rectangle = beside.rectangle()
    reading = sum_.window.draw_tab.reading
    assert beside.formula is not None
    assert reading is not None
    watch = PaintedRegion()
    canvas.installEventFilter(watch)

    beside.show_values([(replace(beside.formula), reading)])
    sum_.qtbot.wait(50)

    assert beside.rectangle() == rectangle
    assert watch.region.contains(rectangle.center().toPoint())


@pytest.mark.parametrize("tool", ["eraser", "part eraser"])
def test_an_eraser_takes_hold_of_no_mark_of_a_row(three_rows: PageWindow, tool: str) -> None:
    canvas = three_rows.window.draw_tab.canvas
    mark = three_rows.answer.marks.rectangle(three_rows.answer.items[0].key)
    assert canvas.overlays.tool_at(mark.center()) is not None
    canvas.set_tool("eraser" if tool == "eraser" else "part eraser")
    first = three_rows.window.document.drawing.strokes[0]
    left, _ = canvas.to_drawing(mark.center())
    middle = (first.bounds.top + first.bounds.bottom) / 2

    write(canvas, stroke((left, middle), (first.bounds.right + 1, middle)))
    three_rows.settle()

    assert first not in three_rows.window.document.drawing.strokes


# --- other ink beside a value -----------------------------------------------------------------------------------------


def _shown_beside(window: EquationWindow, *others: Stroke) -> QRectF:
    """Return where the value of the sum stands with this ink beside it, which is no part of the sum."""
    reading = window.window.draw_tab.reading
    assert reading is not None
    beside, document = window.answer.beside, window.window.document
    formula = beside.formula
    assert formula is not None
    document.open(Drawing((*document.drawing.strokes, *others)), None, native=True)
    beside.show_values([(formula, reading)])
    return beside.rectangle()


def test_ink_that_begins_left_of_a_value_and_passes_it_is_not_covered(sum_: EquationWindow) -> None:
    free = sum_.answer.beside.rectangle()
    # From above the sum down behind its equals sign, where the value would be.
    passing = stroke((150.0, 330.0), (700.0, 520.0), (900.0, 560.0))

    place = _shown_beside(sum_, passing)

    assert not free.isEmpty()
    assert place.isEmpty() or not sum_.window.draw_tab.canvas.has_ink(place)


def test_a_value_becomes_smaller_beside_another_row_and_keeps_apart_from_it(sum_: EquationWindow) -> None:
    canvas, free = sum_.window.draw_tab.canvas, sum_.answer.beside.rectangle()
    x, _ = canvas.to_drawing(free.topRight())

    place = _shown_beside(sum_, column(x), column(x + 60.0))

    assert 0 < place.height() < free.height()
    assert canvas.to_widget(x, 0).x() - place.right() > 0.25 * place.height()


def test_a_value_becomes_smaller_where_another_row_hangs_down_into_its_line(sum_: EquationWindow) -> None:
    canvas, free = sum_.window.draw_tab.canvas, sum_.answer.beside.rectangle()
    left, top = canvas.to_drawing(free.topLeft())
    right, _ = canvas.to_drawing(free.topRight())

    # As near as the raised exponent of the next row comes.
    place = _shown_beside(sum_, stroke((left, top + 12.0), (right, top + 12.0)))

    assert 0 < place.height() < free.height()
    assert not canvas.has_ink(place)


def test_two_values_never_overlap(sum_: EquationWindow) -> None:
    reading = sum_.window.draw_tab.reading
    beside = sum_.answer.beside
    assert reading is not None
    assert beside.formula is not None
    lower = tuple(replace(one, box=one.box._replace(top=460.0, bottom=660.0)) for one in reading.glyphs)

    beside.show_values([(beside.formula, reading), (replace(beside.formula), replace(reading, glyphs=lower))])

    assert not beside.rectangle(0).isEmpty()
    assert not beside.rectangle(0).intersects(beside.rectangle(1))


def test_a_value_has_a_ground_that_no_ink_has(sum_: EquationWindow) -> None:
    canvas, place = sum_.window.draw_tab.canvas, sum_.answer.beside.rectangle()
    paper = rgb(canvas.palette().color(QPalette.ColorRole.Base))

    picture = picture_of(canvas)
    x, y = int(place.right()) + 1, int(place.center().y())

    assert np.abs(picture[y, x].astype(float) - paper).max() > 8
    assert np.abs(picture[y, x + 6].astype(float) - paper).max() < 3


def test_a_value_beside_tiny_ink_keeps_the_space_that_its_ground_takes(equations: EquationMaker) -> None:
    window = equations("2+3=")
    window.write([column(150.0 + 20.0 * number, top=400.0, bottom=430.0) for number in range(4)])
    canvas = window.window.draw_tab.canvas

    canvas.sheet.view.zoom_to(0.2)
    window.settle()

    place = window.answer.beside.rectangle()
    assert 30 * canvas.scale < 6
    assert not place.isEmpty()
    assert not canvas.has_ink(place)


@pytest.mark.parametrize("where", ["at the value", "beside it", "at a mark", "elsewhere"])
def test_after_a_stroke_more_all_stands_where_it_would_if_it_were_laid_out_anew(
    three_rows: PageWindow, where: str
) -> None:
    canvas, answer = three_rows.window.draw_tab.canvas, three_rows.answer
    value, mark = answer.beside.rectangle(1), answer.marks.rectangle(answer.items[1].key)
    at = {
        "at the value": value.center(),
        "beside it": QPointF(value.right() + 2, value.center().y()),
        "at a mark": mark.center(),
        "elsewhere": QPointF(value.right() + 12, value.top() - 3 * value.height()),
    }
    x, y = canvas.to_drawing(at[where])

    def laid_out() -> list[QRectF]:
        marks = [answer.marks.rectangle(item.key) for item in answer.items]
        return [*marks, *(answer.beside.rectangle(place) for place in range(3))]

    before = laid_out()
    three_rows.window.document.add_stroke(stroke((x, y), (x + 4, y + 4)))
    found = laid_out()
    canvas.sheet.view.pan(0, 5)
    laid_out()
    canvas.sheet.view.pan(0, -5)

    assert found == laid_out()
    assert (found != before) == (where != "elsewhere")
