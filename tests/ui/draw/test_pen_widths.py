"""The pen's width: one for characters, a finer one for rows, and none of it changes what is read."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from digitvision.ui.export.export_request import ExportRequest
from digitvision.ui.settings import Settings, SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose, named
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.expressions import row
from tests.ui.hand import write
from tests.ui.pictures import ink_share, picture_of
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _slider(window: MainWindow) -> QSlider:
    return named(window, QSlider, "Pen width")


def _ink_px(window: MainWindow) -> float:
    """Return the width of the ink across the middle of a line."""
    return 2 * window.draw_tab.canvas.ink_margin_px


def _relative(window: MainWindow) -> float:
    """Return the pen's width in the drawing's unit."""
    canvas = window.draw_tab.canvas
    return _ink_px(window) / (canvas.to_widget(1, 0).x() - canvas.to_widget(0, 0).x())


def test_rows_have_a_finer_pen_than_characters(equations: EquationMaker) -> None:
    window = equations().window
    assert _relative(window) == pytest.approx(Settings().row_pen_width)

    choose(window, "Character")

    assert _relative(window) == pytest.approx(Settings().pen_width)
    assert _slider(window).value() == Settings().pen_width
    assert SettingsStore().values == Settings(), "nobody has chosen a width"


@pytest.mark.slow
def test_keys_and_slider_set_the_width_of_the_reading_in_sight(
    equations: EquationMaker, make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = equations().window
    for _ in range(2):
        qtbot.keyClick(window.draw_tab.canvas, Qt.Key.Key_BracketRight)
    qtbot.keyClick(window.draw_tab.canvas, Qt.Key.Key_BracketLeft)
    row_width = Settings().row_pen_width + 2
    assert _relative(window) == pytest.approx(row_width)
    choose(window, "Character")
    choose(window, "Thinner pen")
    assert _relative(window) == pytest.approx(Settings().pen_width - 4)
    choose(window, "Equation")
    assert _relative(window) == pytest.approx(row_width)
    _slider(window).setValue(30)
    window.close()

    values = SettingsStore().values
    assert (values.pen_width, values.row_pen_width) == (Settings().pen_width - 4, 30)
    again = make_window(reading="equation")
    assert _relative(again) == pytest.approx(30)


@pytest.mark.slow
def test_the_slider_ends_where_the_settings_do(equations: EquationMaker) -> None:
    window = equations().window
    for _ in range(40):
        choose(window, "Thicker pen")
    window.close()

    assert SettingsStore().values.row_pen_width == _slider(window).maximum()


def test_a_picture_of_the_drawing_has_the_pen_of_the_screen(
    equations: EquationMaker, tmp_path: Path, qtbot: QtBot
) -> None:
    made = equations()
    made.write(1)
    order = ExportRequest("svg", 400, transparent=False)

    def exported(name: str) -> str:
        path = tmp_path / name
        made.window.files.export_to(path, order)
        qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
        made.settle()
        return path.read_text("utf-8")

    fine = exported("fine.svg")
    choose(made.window, "Character")

    assert exported("thick.svg") != fine


@pytest.mark.slow
def test_the_width_is_for_the_eye_alone(equations: EquationMaker) -> None:
    """The same hand gives the same samples, and another width asks for no other reading."""
    made = equations("12")
    made.write(row(2))
    thin = made.window.document.drawing
    asked = len(made.reader.asked)
    canvas = made.window.draw_tab.canvas
    # The frame of the focus is drawn in colour, too.
    inside = (slice(8, -8), slice(8, -8))
    thin_ink = ink_share(canvas, picture_of(canvas))[inside].sum()

    for _ in range(5):
        choose(made.window, "Thicker pen")
    made.settle()

    assert made.window.document.drawing is thin
    assert len(made.reader.asked) == asked
    assert ink_share(canvas, picture_of(canvas))[inside].sum() > 1.2 * thin_ink
    made.window.document.clear()
    write(canvas, *row(2))
    made.settle()
    for one, other in zip(made.window.document.drawing.strokes, thin.strokes, strict=True):
        np.testing.assert_array_equal(one.xy, other.xy)
