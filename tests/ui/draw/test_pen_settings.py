"""The dialog on the pen: it takes effect at once, can be tried, and is kept."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QSlider
from pytestqt.qtbot import QtBot

from digitvision.ink.editing.pressure_curve import STRAIGHT
from digitvision.ui.draw.pen_dialog import SOFT, PenDialog
from digitvision.ui.draw.pen_slider import PenSlider
from digitvision.ui.draw.pressure_field import PressureField
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, button, choose, labels, named
from tests.ui.hand import DIAGONAL, Pen, write


@pytest.fixture
def dialog(window: MainWindow) -> PenDialog:
    """The dialog, opened from the menu."""
    choose(window, "Pen settings …")
    shown = window.pen_settings.dialog
    assert shown is not None
    assert shown.isVisible()
    assert not shown.isModal()
    return shown


def test_steadiness_and_curve_reach_the_pen_at_once_and_are_kept(
    window: MainWindow, dialog: PenDialog, qtbot: QtBot
) -> None:
    named(dialog, QSlider, "Steadiness").setValue(40)
    qtbot.mouseClick(button(dialog, "Soft"), Qt.MouseButton.LeftButton)

    for canvas in (window.draw_tab.canvas, dialog.canvas):
        assert canvas.pen.feel.steadiness == 0.4
        assert canvas.pen.feel.pressure == SOFT
    assert SettingsStore().values.pen_steadiness == 0.0
    window.close()
    kept = SettingsStore().values
    assert kept.pen_steadiness == 0.4
    assert kept.pen_pressure == SOFT.heights


def test_the_field_is_written_in_and_emptied_and_the_drawing_stays(
    window: MainWindow, dialog: PenDialog, qtbot: QtBot
) -> None:
    write(dialog.canvas, DIAGONAL)
    Pen(dialog.canvas).sweep([(100, 500), (500, 600)])
    assert len(dialog.canvas.drawing.strokes) == 2
    assert not window.document.drawing

    qtbot.mouseClick(button(dialog, "Empty the field"), Qt.MouseButton.LeftButton)
    assert not dialog.canvas.drawing


def test_the_width_is_the_same_in_dialog_and_tool_bar(window: MainWindow, dialog: PenDialog) -> None:
    widths = [slider for slider in window.findChildren(PenSlider) if slider.accessibleName() == "Pen width"]
    assert len(widths) == 2

    widths[1].setValue(35)
    assert {slider.value() for slider in widths} == {35}
    choose(window, "Thicker pen")
    assert len({slider.value() for slider in widths}) == 1
    assert dialog.canvas.pen_width == window.draw_tab.canvas.pen_width > 35


def test_scratching_out_is_switched_in_menu_and_dialog_alike(window: MainWindow, dialog: PenDialog) -> None:
    box = next(one for one in dialog.findChildren(QCheckBox) if "Scratching" in one.text())
    entry = action(window, "Scratching out erases")
    assert box.isChecked()
    assert entry.isChecked()

    entry.trigger()
    assert not box.isChecked()
    assert not window.draw_tab.editing.scratching
    box.click()
    assert entry.isChecked()
    assert window.draw_tab.editing.scratching


def test_points_of_the_curve_are_dragged(qtbot: QtBot) -> None:
    field = PressureField()
    qtbot.addWidget(field)
    field.show()
    start = field.point_position(2).toPoint()

    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(field, start - QPoint(0, 30))
    qtbot.mouseMove(field, start - QPoint(0, 400))
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=start)

    assert field.curve.heights == (0.0, 0.25, 0.75, 0.75, 1.0)
    assert field.curve(0.5) == pytest.approx(0.75)


def test_points_of_the_curve_are_moved_by_keys(qtbot: QtBot) -> None:
    field = PressureField()
    qtbot.addWidget(field)
    heard: list[object] = []
    field.changed.connect(heard.append)

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(field, key)

    assert field.curve.heights == pytest.approx((0.0, 0.25, 0.55, 0.65, 1.0))
    assert len(heard) == 3
    assert "65 %" in field.accessibleDescription()


@pytest.mark.parametrize(
    "value", [[0, 0.5], [0, 0.5, 0.4, 0.7, 1], [0, 0.25, 0.5, 0.75, 2], "soft", [0, None, 0.5, 0.7, 1]]
)
def test_a_curve_in_the_settings_that_is_none_is_ignored(home: Path, value: object) -> None:
    document = {"format": "digitvision-settings", "version": 1, "pen_pressure": value, "pen_steadiness": 0.3}
    path = SettingsStore().path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")

    settings = SettingsStore()

    assert settings.values.pen_pressure == STRAIGHT.heights
    assert settings.values.pen_steadiness == 0.3


def test_the_pen_feels_at_the_next_start_as_it_was_left(make_window: Callable[..., MainWindow], home: Path) -> None:
    path = SettingsStore().path
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"format": "digitvision-settings", "version": 1, "pen_steadiness": 0.5, "scratch_out": False}
    path.write_text(json.dumps(document), encoding="utf-8")

    window = make_window(start=False)

    assert window.draw_tab.canvas.pen.feel.steadiness == 0.5
    assert not window.draw_tab.editing.scratching
    assert not action(window, "Scratching out erases").isChecked()


def test_the_curve_says_what_its_axes_are_and_that_a_mouse_has_no_pressure(dialog: PenDialog) -> None:
    words = labels(dialog)
    assert {"thick", "thin", "light hand", "heavy hand"} <= set(words)
    assert any("mouse" in text and "no pressure" in text for text in words)
