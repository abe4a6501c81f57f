"""Light and dark, chosen or as the system is."""

import numpy as np
import pytest
from pyqtgraph import PlotWidget
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from digitvision.ui.theme import is_dark
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, choose
from tests.ui.pictures import picture_of, pixels, rgb
from tests.ui.windows import PATIENCE_MS


def _lightness(window: MainWindow) -> float:
    return float(picture_of(window).mean())


def _icon_tones(window: MainWindow) -> list[float]:
    """Return the mean tone of the ink of each icon on the tool bar that is neither checked nor disabled."""
    tones = []
    for button in window.findChildren(QToolButton):
        if button.isVisible() and button.isEnabled() and not button.isChecked() and not button.icon().isNull():
            image = button.icon().pixmap(24, 24).toImage()
            alpha = np.array([[image.pixelColor(x, y).alphaF() for x in range(24)] for y in range(24)])
            tones.append(float(pixels(image)[alpha > 0.9].mean()))
    assert len(tones) >= 3
    return tones


@pytest.mark.slow
def test_the_whole_window_follows(window: MainWindow) -> None:
    choose(window, "Light")
    light = _lightness(window)
    choose(window, "Dark")
    dark = _lightness(window)

    assert dark < 80 < 180 < light


@pytest.mark.slow
def test_icons_stand_out_from_the_tool_bar(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Dark")
    qtbot.waitUntil(lambda: min(_icon_tones(window)) > 150, timeout=PATIENCE_MS)

    choose(window, "Light")
    qtbot.waitUntil(lambda: max(_icon_tones(window)) < 110, timeout=PATIENCE_MS)


@pytest.mark.parametrize("appearance", ["Light", "Dark"])
def test_words_stand_out_from_their_ground(window: MainWindow, qtbot: QtBot, appearance: str) -> None:
    choose(window, appearance)
    qtbot.waitUntil(lambda: is_dark(window.palette()) == (appearance == "Dark"), timeout=PATIENCE_MS)
    roles = QPalette.ColorRole
    palette = window.palette()
    for text, ground in ((roles.WindowText, roles.Window), (roles.Text, roles.Base), (roles.ButtonText, roles.Button)):
        assert _contrast(palette, text, ground) > 7
    assert _contrast(palette, roles.PlaceholderText, roles.Base) > 4.5
    assert _contrast(palette, roles.Accent, roles.Base) > 4.5


def _contrast(palette: QPalette, one: QPalette.ColorRole, other: QPalette.ColorRole) -> float:
    """Return the contrast ratio of the Web Content Accessibility Guidelines, 1 to 21."""
    tones = []
    for role in (one, other):
        channels = rgb(palette.color(role)) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        tones.append(float(linear @ (0.2126, 0.7152, 0.0722)))
    return (max(tones) + 0.05) / (min(tones) + 0.05)


@pytest.mark.slow
def test_the_ground_of_the_bars_is_the_window_s(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Light")
    picture_of(window)
    choose(window, "Dark")
    qtbot.waitUntil(lambda: is_dark(window.palette()), timeout=PATIENCE_MS)

    chart = window.draw_tab.character.panel.chart
    corner = chart.mapTo(window, chart.rect().topLeft())
    ground = picture_of(window)[corner.y() + 5, corner.x() + 5]

    np.testing.assert_array_equal(ground, rgb(window.palette().color(QPalette.ColorRole.Window)))


@pytest.mark.slow
def test_the_ground_of_the_curves_is_the_window_s(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Dark")
    choose(window, "Train")
    qtbot.wait(100)
    choose(window, "Light")
    qtbot.wait(100)

    for plot in window.train_tab.findChildren(PlotWidget):
        if plot.isVisible():
            corner = plot.mapTo(window, plot.rect().topLeft())
            ground = picture_of(window)[corner.y() + 3, corner.x() + 3]
            np.testing.assert_array_equal(ground, rgb(window.palette().color(QPalette.ColorRole.Window)))


@pytest.mark.parametrize("appearance", ["Light", "Dark"])
def test_empty_tick_boxes_of_menus_stand_out_from_their_ground(
    window: MainWindow, qtbot: QtBot, appearance: str
) -> None:
    choose(window, appearance)
    qtbot.waitUntil(lambda: is_dark(window.palette()) == (appearance == "Dark"), timeout=PATIENCE_MS)
    entry = action(window, "Left-handed")
    (menu,) = [one for one in entry.associatedObjects() if isinstance(one, QMenu)]
    menu.ensurePolished()
    place = menu.actionGeometry(entry)

    # The box stands before the text.
    tones = picture_of(menu)[place.top() + 2 : place.bottom() - 2, 4 : place.height() + 2].astype(float).mean(axis=2)

    ground = np.median(tones)
    assert np.abs(tones - ground).max() > 45
