"""How a drawing is looked at is remembered with it."""

import functools
import math
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.stroke import Drawing
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.paper.view import HOME
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, choose
from tests.ui.hand import DIAGONAL, stroke, write
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _open(window: MainWindow, view: View | None = None, paper: str = "") -> None:
    settings = DrawingSettings(view=view, paper=paper)
    window.document.open(Drawing((DIAGONAL,)), None, native=True, settings=settings)


def _has_scale(canvas: Canvas, scale: float) -> bool:
    return canvas.scale == pytest.approx(scale)


@pytest.mark.slow
def test_a_view_that_somebody_has_chosen_is_remembered(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, DIAGONAL)
    canvas.sheet.view.zoom_to(2.0, QPointF(0, 0))
    canvas.sheet.view.pan(-50, 0)
    qtbot.waitUntil(lambda: window.document.settings.view is not None, timeout=PATIENCE_MS)
    assert window.document.settings.view == canvas.sheet.view.view

    choose(window, "Whole drawing")
    qtbot.waitUntil(lambda: window.document.settings.view is None, timeout=PATIENCE_MS)


def test_a_drawing_is_shown_as_it_was_left_at_any_size_of_the_canvas(window: MainWindow, canvas: Canvas) -> None:
    view = View(3.0, 400.0, 350.0)
    _open(window, view)
    for width, height in ((900, 700), (640, 480)):
        window.resize(width, height)
        middle = canvas.to_drawing(QPointF(canvas.width() / 2, canvas.height() / 2))
        assert middle == pytest.approx((400, 350), abs=1)
        assert canvas.scale == pytest.approx(3 * min(canvas.width(), canvas.height()) / 1000)
    assert window.document.settings.view == view


def test_a_drawing_without_a_view_is_shown_as_a_whole(window: MainWindow, canvas: Canvas) -> None:
    _open(window, View(3.0, 400.0, 350.0))
    _open(window)

    assert canvas.sheet.view.view == HOME


@pytest.mark.parametrize(
    "view", [View(2.0, 9000.0, 9000.0), View(16.0, 990.0, 10.0), View(2.0, -1e12, 0.0), View(math.nan, 500.0, 500.0)]
)
def test_a_view_without_any_ink_falls_back_to_the_whole_drawing(window: MainWindow, canvas: Canvas, view: View) -> None:
    _open(window, view)

    assert canvas.sheet.view.view == HOME


def test_a_new_drawing_begins_with_the_usual_view(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, DIAGONAL)
    canvas.sheet.view.zoom_to(2.0)
    window.document.start()

    assert canvas.sheet.view.view == HOME
    qtbot.wait(250)
    assert window.document.settings.view is None


def test_clearing_brings_back_the_page_and_undo_the_whole_drawing(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, DIAGONAL, stroke((100, 100), (2500, 1500)))
    canvas.sheet.view.zoom_to(4.0)
    choose(window, "Clear")
    assert canvas.sheet.view.view == HOME

    choose(window, "Undo clear")
    assert canvas.sheet.view.shows_whole
    assert canvas.to_widget(2500, 1500).x() < canvas.width()


def test_undoing_the_first_stroke_leaves_the_paper_where_it_is(window: MainWindow, canvas: Canvas) -> None:
    canvas.sheet.view.zoom_to(2.0)
    before = canvas.sheet.view.placement
    write(canvas, DIAGONAL)
    choose(window, "Undo stroke")
    assert canvas.sheet.view.placement == before
    choose(window, "Redo stroke")

    assert canvas.sheet.view.placement == before


def test_a_picture_is_shown_as_a_whole_and_can_be_moved_and_zoomed(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    canvas.sheet.view.zoom_to(4.0)
    qtbot.waitUntil(lambda: window.document.settings.view is not None, timeout=PATIENCE_MS)
    kept = window.document.settings.view
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    assert image.save(str(tmp_path / "white.png"))
    window.files.open(tmp_path / "white.png")
    qtbot.waitUntil(lambda: canvas.picture_rectangle is not None, timeout=PATIENCE_MS)
    whole = canvas.picture_rectangle
    assert whole is not None
    assert canvas.rect().contains(whole)

    canvas.sheet.view.zoom_to(2.0)
    canvas.sheet.view.pan(30, 0)
    larger = canvas.picture_rectangle
    assert larger is not None
    assert larger.width() == pytest.approx(2 * whole.width(), abs=2)
    assert larger.center().x() == pytest.approx(whole.center().x() + 30, abs=2)
    qtbot.wait(250)
    assert window.document.settings.view == kept
    choose(window, "Whole drawing")
    qtbot.waitUntil(lambda: canvas.picture_rectangle == whole, timeout=PATIENCE_MS)


def test_paper_is_kept_with_the_drawing_and_for_new_ones(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window()
    choose(window, "Squared")
    assert str(window.draw_tab.canvas.sheet.pattern) == "squared"
    assert window.document.settings.paper == "squared"
    window.document.start()
    assert str(window.draw_tab.canvas.sheet.pattern) == "squared"
    _open(window, paper="ruled")
    assert str(window.draw_tab.canvas.sheet.pattern) == "ruled"
    assert action(window, "Ruled").isChecked()
    _open(window, paper="made of gold")
    assert str(window.draw_tab.canvas.sheet.pattern) == "blank"
    qtbot.waitUntil(lambda: SettingsStore().values.paper == "squared", timeout=PATIENCE_MS)

    assert str(make_window().draw_tab.canvas.sheet.pattern) == "squared"


def test_another_drawings_paper_does_not_become_the_users(window: MainWindow, canvas: Canvas) -> None:
    _open(window, paper="dotted")
    window.document.start()

    assert str(canvas.sheet.pattern) == "blank"
    assert action(window, "Blank").isChecked()


def test_the_menu_zooms_about_the_middle(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    middle = QPointF(canvas.width() / 2, canvas.height() / 2)
    below = canvas.to_drawing(middle)
    for name, zoom in (("Zoom in", 1.25), ("Zoom in", 1.5625), ("Actual size", 1.0), ("Zoom out", 0.8)):
        choose(window, name)
        assert canvas.sheet.view.view.zoom == pytest.approx(zoom)
        scale = zoom * min(canvas.width(), canvas.height()) / 1000
        qtbot.waitUntil(functools.partial(_has_scale, canvas, scale), timeout=PATIENCE_MS)
        assert canvas.to_drawing(middle) == pytest.approx(below, abs=2)


def test_what_is_written_at_another_zoom_is_read_as_what_it_is(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    canvas.sheet.view.zoom_to(3.0)
    corner = canvas.to_drawing(QPointF(20, 20))
    height = canvas.to_drawing(QPointF(0, canvas.height() - 40.0))[1] - canvas.to_drawing(QPointF(0, 0))[1]
    write(canvas, stroke(*((corner[0] + 20, corner[1] + height * share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))))
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=PATIENCE_MS)

    assert window.draw_tab.reading is not None
    assert window.draw_tab.reading.text == "1"
