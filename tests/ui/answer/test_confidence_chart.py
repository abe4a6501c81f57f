"""The bar plot of every class's confidence."""

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from digitvision.ui.answer.confidence_chart import ConfidenceChart
from digitvision.ui.theme import Theme
from tests.ui.pictures import picture_of, rgb
from tests.ui.windows import PATIENCE_MS

_VALUES = np.array([0.01, 0.02, 0.0, 0.05, 0.0001, 0.7, 0.1, 0.07, 0.03, 0.0199], np.float32)


@pytest.fixture
def chart(qtbot: QtBot, theme: Theme) -> Iterator[ConfidenceChart]:
    chart = ConfidenceChart()
    chart.resize(420, 240)
    chart.set_classes([str(digit) for digit in range(10)])
    chart.show()
    yield chart
    chart.close()
    chart.deleteLater()


def _texts(chart: ConfidenceChart) -> list[str]:
    items = chart.plot.getPlotItem().items
    return [item.toPlainText() for item in items if isinstance(item, pg.TextItem)]


def _column_px(chart: ConfidenceChart, x: float) -> int:
    view = chart.plot.getPlotItem().getViewBox()
    return int(chart.plot.mapFromScene(view.mapViewToScene(QPointF(x, 0.5))).x())


def _accent_columns(chart: ConfidenceChart) -> NDArray[np.intp]:
    """Return the columns of pixels that have the accent colour."""
    accent: QColor = chart.palette().color(QPalette.ColorRole.Accent)
    same = (np.abs(picture_of(chart) - rgb(accent)) <= 3).all(axis=2)
    return np.flatnonzero(same.any(axis=0))


def test_the_bars_reach_their_values(chart: ConfidenceChart, qtbot: QtBot) -> None:
    chart.show_values(_VALUES, ease=True)
    qtbot.waitUntil(lambda: np.array_equal(chart.shown_values, chart.values), timeout=PATIENCE_MS)

    np.testing.assert_allclose(chart.values, _VALUES)


def test_without_easing_the_bars_are_in_place_at_once(chart: ConfidenceChart) -> None:
    chart.show_values(_VALUES, ease=False)

    np.testing.assert_allclose(chart.shown_values, _VALUES)


def test_the_bars_move_step_by_step_and_never_beyond_their_values(chart: ConfidenceChart, qtbot: QtBot) -> None:
    chart.show_values(np.roll(_VALUES, 3), ease=False)
    start = chart.shown_values.copy()
    low, high = np.minimum(start, _VALUES), np.maximum(start, _VALUES)
    frames = [start]

    chart.show_values(_VALUES, ease=True)
    assert not np.allclose(chart.shown_values, _VALUES, atol=0.01)

    def arrived() -> bool:
        frames.append(chart.shown_values.copy())
        return bool(np.array_equal(chart.shown_values, chart.values))

    qtbot.waitUntil(arrived, timeout=PATIENCE_MS)
    assert all((frame >= low - 1e-6).all() and (frame <= high + 1e-6).all() for frame in frames)
    left = [np.abs(_VALUES - frame).sum() for frame in frames]
    assert (np.diff(left) <= 1e-9).all()


def test_a_new_target_on_the_way_is_taken_up(chart: ConfidenceChart, qtbot: QtBot) -> None:
    for shift in range(10):
        chart.show_values(np.roll(_VALUES, shift), ease=True)
    qtbot.waitUntil(lambda: np.array_equal(chart.shown_values, chart.values), timeout=PATIENCE_MS)

    np.testing.assert_allclose(chart.shown_values, np.roll(_VALUES, 9))


@pytest.mark.parametrize("best", [0, 5, 9])
def test_the_best_bar_and_no_other_has_the_accent_colour(chart: ConfidenceChart, best: int) -> None:
    chart.show_values(np.roll(_VALUES, best - 5), ease=False)

    columns = _accent_columns(chart)
    assert len(columns) > 5
    assert columns.min() >= _column_px(chart, best - 0.5)
    assert columns.max() <= _column_px(chart, best + 0.5)


def test_without_a_winner_no_bar_has_the_accent_colour(chart: ConfidenceChart) -> None:
    chart.show_values(_VALUES, ease=False, sure=False)

    assert len(_accent_columns(chart)) == 0


def test_the_bars_are_as_high_as_their_values(chart: ConfidenceChart) -> None:
    heights = []
    for value in (0.25, 0.5, 1.0):
        chart.show_values(np.eye(10, dtype=np.float32)[5] * value, ease=False)
        picture = picture_of(chart)
        accent = rgb(chart.palette().color(QPalette.ColorRole.Accent))
        column = picture[:, _column_px(chart, 5 - 0.3)]
        heights.append(int((np.abs(column - accent) <= 3).all(axis=1).sum()))

    assert heights[1] == pytest.approx(2 * heights[0], abs=3)
    assert heights[2] == pytest.approx(4 * heights[0], abs=5)


def test_each_bar_has_its_number_unless_it_is_next_to_nothing(chart: ConfidenceChart) -> None:
    chart.show_values(_VALUES, ease=False)

    assert _texts(chart) == ["1.0", "2.0", "", "5.0", "", "70.0", "10.0", "7.0", "3.0", "2.0"]
    assert "5 70.0 %" in chart.accessibleDescription()


@pytest.mark.parametrize("size", [(200, 110), (420, 240), (500, 700)])
def test_the_number_over_a_full_bar_is_not_cut(chart: ConfidenceChart, size: tuple[int, int], qtbot: QtBot) -> None:
    chart.resize(*size)
    qtbot.wait(1)
    chart.show_values(np.eye(10, dtype=np.float32)[9], ease=False)

    numbers = [item for item in chart.plot.getPlotItem().items if isinstance(item, pg.TextItem) and item.toPlainText()]
    picture_of(chart)
    box = numbers[0].textItem.mapRectToScene(numbers[0].textItem.boundingRect())
    margin = numbers[0].textItem.document().documentMargin()
    assert box.top() + margin >= 0
    assert box.right() - margin <= chart.width()


def test_certainty_is_written_as_a_hundred(chart: ConfidenceChart) -> None:
    chart.show_values(np.eye(10, dtype=np.float32)[3] * 0.9999, ease=False)

    assert _texts(chart)[3] == "100"


def test_cleared_bars_are_zero_and_without_numbers(chart: ConfidenceChart, qtbot: QtBot) -> None:
    chart.show_values(_VALUES, ease=False)

    chart.clear_values()

    qtbot.waitUntil(lambda: not chart.shown_values.any(), timeout=PATIENCE_MS)
    assert not any(_texts(chart))
    assert len(_accent_columns(chart)) == 0


def test_updates_make_no_new_items(chart: ConfidenceChart, qtbot: QtBot) -> None:
    chart.show_values(_VALUES, ease=False)
    before = len(chart.plot.scene().items())

    for shift in range(50):
        chart.show_values(np.roll(_VALUES, shift), ease=shift % 2 == 0)
    chart.clear_values()

    assert len(chart.plot.scene().items()) == before


def test_other_classes_take_the_place_of_the_old(chart: ConfidenceChart) -> None:
    chart.show_values(_VALUES, ease=False)
    before = len(chart.plot.scene().items())

    chart.set_classes(["a", "b", "c"])
    chart.show_values(np.array([0.2, 0.5, 0.3], np.float32), ease=False)

    assert _texts(chart) == ["20.0", "50.0", "30.0"]
    assert len(chart.plot.scene().items()) < before


def test_the_colours_follow_the_appearance(chart: ConfidenceChart, theme: Theme, qtbot: QtBot) -> None:
    chart.show_values(_VALUES, ease=False)
    light_accent = chart.palette().color(QPalette.ColorRole.Accent)

    theme.set_appearance("dark")

    qtbot.waitUntil(lambda: chart.palette().color(QPalette.ColorRole.Accent) != light_accent, timeout=PATIENCE_MS)
    columns = _accent_columns(chart)
    assert columns.min() >= _column_px(chart, 4.5)
    assert columns.max() <= _column_px(chart, 5.5)
    text = chart.palette().color(QPalette.ColorRole.WindowText)
    numbers = [item for item in chart.plot.getPlotItem().items if isinstance(item, pg.TextItem)]
    assert all(QColor(item.textItem.defaultTextColor()) == text for item in numbers)


def test_nothing_moves_where_the_system_asks_for_no_motion(
    chart: ConfidenceChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitvision.ui.widgets.easing.motion_wanted", lambda: False)

    chart.show_values(_VALUES, ease=True)

    np.testing.assert_allclose(chart.shown_values, _VALUES)


def test_the_plot_is_made_when_it_is_in_sight_with_all_that_was_set_before(qtbot: QtBot) -> None:
    chart = ConfidenceChart()
    qtbot.addWidget(chart)
    chart.set_classes(["a", "b", "c"])
    chart.show_values(np.array([0.2, 0.5, 0.3], np.float32), ease=False)
    assert not chart.findChildren(pg.PlotWidget)

    chart.show()
    qtbot.waitUntil(lambda: bool(chart.findChildren(pg.PlotWidget)), timeout=PATIENCE_MS)

    assert _texts(chart) == ["20.0", "50.0", "30.0"]
    assert chart.plot.isVisible()
    assert len(_accent_columns(chart)) > 5
