"""The paper makes room for writing that goes on, and otherwise lies still."""

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.paper import following
from digitvision.ui.paper.view import MADE_ROOM
from tests.ui.controls import choose
from tests.ui.draw.equation_window import EquationWindow
from tests.ui.hand import Pen, stroke, write
from tests.ui.windows import PATIENCE_MS

_REST_MS = 60


@pytest.fixture(autouse=True)
def _short_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "REST_MS", _REST_MS)


@pytest.fixture
def canvas(canvas: Canvas) -> Canvas:
    """A canvas on which several glyphs are written."""
    canvas.sheet.following.wanted = True
    return canvas


def _at(canvas: Canvas, across: float, down: float = 0.4) -> Stroke:
    """A short stroke that ends at this share of the canvas."""
    x, y = canvas.to_drawing(QPointF(across * canvas.width(), down * canvas.height()))
    return stroke((x - 30, y - 30), (x, y))


def _rest(qtbot: QtBot) -> None:
    qtbot.wait(4 * _REST_MS)


def test_after_a_stroke_near_the_right_edge_the_paper_makes_room(canvas: Canvas, qtbot: QtBot) -> None:
    one = _at(canvas, 0.97)
    write(canvas, one)
    assert canvas.to_widget(*one.xy[1]).x() == pytest.approx(0.97 * canvas.width(), abs=1)

    qtbot.waitUntil(
        lambda: canvas.to_widget(*one.xy[1]).x() == pytest.approx(MADE_ROOM * canvas.width(), abs=2),
        timeout=PATIENCE_MS,
    )
    assert canvas.to_widget(*one.xy[1]).y() == pytest.approx(0.4 * canvas.height(), abs=1)
    assert canvas.sheet.view.view.zoom == 1.0


def test_after_a_stroke_near_the_lower_edge_too(canvas: Canvas, qtbot: QtBot) -> None:
    one = _at(canvas, 0.5, 0.96)
    write(canvas, one)

    qtbot.waitUntil(
        lambda: canvas.to_widget(*one.xy[1]).y() == pytest.approx(MADE_ROOM * canvas.height(), abs=2),
        timeout=PATIENCE_MS,
    )


def test_writing_in_the_middle_moves_nothing(canvas: Canvas, qtbot: QtBot) -> None:
    before = canvas.sheet.view.placement
    write(canvas, _at(canvas, 0.7, 0.7))
    _rest(qtbot)

    assert canvas.sheet.view.placement == before


def test_the_paper_lies_still_while_a_pointer_is_down(canvas: Canvas, qtbot: QtBot) -> None:
    before = canvas.sheet.view.placement
    write(canvas, _at(canvas, 0.97))
    player, at = PointerPlayer(canvas), canvas.to_drawing(QPointF(50, 50))
    player.send("press", Sample(*at))
    _rest(qtbot)

    assert canvas.sheet.view.placement == before
    player.send("release", Sample(*at))


@pytest.mark.slow
def test_the_paper_lies_still_while_a_pen_is_near(canvas: Canvas, qtbot: QtBot) -> None:
    before = canvas.sheet.view.placement
    pen = Pen(canvas)
    pen.approach()
    one = _at(canvas, 0.97)
    pen.sweep(one.xy.tolist())
    _rest(qtbot)
    assert canvas.sheet.view.placement == before

    pen.withdraw()
    qtbot.waitUntil(lambda: canvas.sheet.view.placement != before, timeout=PATIENCE_MS)


def test_undoing_the_stroke_leaves_the_paper_where_it_is(document: Document, canvas: Canvas, qtbot: QtBot) -> None:
    before = canvas.sheet.view.placement
    write(canvas, _at(canvas, 0.97))
    document.undo_stack.undo()
    _rest(qtbot)

    assert canvas.sheet.view.placement == before


@pytest.mark.slow
def test_lines_and_equations_are_followed_and_a_single_character_never(
    equation: EquationWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    assert equation.window.draw_tab.canvas.sheet.following.wanted
    choose(equation.window, "Character")
    assert not equation.window.draw_tab.canvas.sheet.following.wanted

    canvas.sheet.following.wanted = False
    before = canvas.sheet.view.placement
    write(canvas, _at(canvas, 0.97, 0.97))
    _rest(qtbot)
    assert canvas.sheet.view.placement == before


@pytest.mark.slow
def test_a_press_stops_the_paper_where_it_is(canvas: Canvas, qtbot: QtBot) -> None:
    one = _at(canvas, 0.97)
    write(canvas, one)
    start = canvas.to_widget(*one.xy[1]).x()
    qtbot.waitUntil(lambda: canvas.to_widget(*one.xy[1]).x() < start - 1, timeout=PATIENCE_MS)
    player, at = PointerPlayer(canvas), canvas.to_drawing(QPointF(50, 50))
    player.send("press", Sample(*at))
    caught = canvas.sheet.view.placement
    qtbot.wait(200)

    assert canvas.sheet.view.placement == caught
    player.send("release", Sample(*at))
