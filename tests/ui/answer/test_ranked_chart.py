"""The chart of many classes: the best first, all within reach."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.alphabets import LOWER, UPPER
from digitvision.ui.answer.ranked_chart import LEAST_ROWS, RankedChart
from digitvision.ui.theme import Theme
from tests.ui.pictures import picture_of, rgb
from tests.ui.windows import PATIENCE_MS

_NAMES = (*UPPER, *LOWER, *(f"sign {number}" for number in range(60)))


@pytest.fixture
def chart(qtbot: QtBot, theme: Theme) -> Iterator[RankedChart]:
    # Beside something else that can have the focus, as in the window.
    around = QWidget()
    around.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    around.setFocus()
    chart = RankedChart(around)
    chart.resize(320, 240)
    chart.set_classes(_NAMES)
    around.show()
    qtbot.wait(1)
    yield chart
    around.close()
    around.deleteLater()


def _values(**shares: float) -> NDArray[np.float32]:
    values = np.zeros(len(_NAMES), np.float32)
    for name, share in shares.items():
        values[_NAMES.index(name)] = share
    return values


def _accent_rows(chart: RankedChart) -> NDArray[np.intp]:
    accent = rgb(chart.palette().color(QPalette.ColorRole.Accent))
    same = np.asarray((np.abs(picture_of(chart) - accent) <= 3).all(axis=2))
    return np.flatnonzero(same.any(axis=1))


def _roll(chart: RankedChart, clicks: int) -> None:
    middle = QPointF(chart.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(chart.viewport().mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, -120 * clicks),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart.viewport(), event)


def test_before_any_answer_the_classes_stand_in_the_alphabets_order(chart: RankedChart) -> None:
    assert chart.ranking == _NAMES
    assert len(_accent_rows(chart)) == 0


def test_the_best_are_uppermost_and_equals_keep_the_alphabets_order(chart: RankedChart) -> None:
    chart.show_values(_values(q=0.6, C=0.3, c=0.1), ease=False)

    assert chart.ranking[:5] == ("q", "C", "c", "A", "B")
    assert sorted(chart.ranking) == sorted(_NAMES)
    assert chart.rows_in_sight[:3] == ("q", "C", "c")


@pytest.mark.parametrize("height", [112, 130, 240, 420])
def test_at_least_eight_are_in_sight_whatever_the_room(chart: RankedChart, qtbot: QtBot, height: int) -> None:
    assert chart.minimumHeight() <= 130
    chart.resize(240, max(height, chart.minimumHeight()))
    qtbot.wait(1)

    assert len(chart.rows_in_sight) >= LEAST_ROWS == 8


def test_all_classes_are_a_scroll_away_by_wheel_and_keys(chart: RankedChart, qtbot: QtBot) -> None:
    chart.show_values(_values(q=0.6), ease=False)
    seen = set(chart.rows_in_sight)
    for _ in range(200):
        _roll(chart, 1)
        seen.update(chart.rows_in_sight)
    assert seen == set(_NAMES)

    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_PageUp)
    assert chart.rows_in_sight[-1] != chart.ranking[-1]
    chart.show_values(_values(A=0.6), ease=False)
    assert chart.rows_in_sight[0] == "A"


def test_the_best_bar_has_the_accent_colour_and_the_length_of_its_value(chart: RankedChart) -> None:
    lengths = []
    for share in (0.4, 0.8):
        chart.show_values(_values(k=share, l=0.1), ease=False)
        accent = rgb(chart.palette().color(QPalette.ColorRole.Accent))
        lengths.append(int((np.abs(picture_of(chart) - accent) <= 3).all(axis=2).sum(axis=1).max()))

    assert lengths[0] > 40
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=4)
    rows = _accent_rows(chart)
    assert rows.max() < chart.viewport().height() / LEAST_ROWS


def test_without_a_winner_no_bar_has_the_accent_colour(chart: RankedChart) -> None:
    chart.show_values(_values(k=0.5, l=0.4), ease=False, sure=False)

    assert len(_accent_rows(chart)) == 0


@pytest.mark.slow
def test_the_bars_ease_to_their_values_and_jump_where_no_motion_is_wanted(
    chart: RankedChart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart.show_values(_values(k=1.0), ease=True)
    assert 0 < chart.shown_values.max() < 1
    qtbot.waitUntil(lambda: np.array_equal(chart.shown_values, chart.values), timeout=PATIENCE_MS)

    monkeypatch.setattr("digitvision.ui.widgets.easing.motion_wanted", lambda: False)
    chart.show_values(_values(m=0.5), ease=True)
    np.testing.assert_allclose(chart.shown_values, _values(m=0.5))


def test_the_focus_is_visible(chart: RankedChart, qtbot: QtBot) -> None:
    chart.window().activateWindow()
    qtbot.waitUntil(chart.isActiveWindow, timeout=PATIENCE_MS)
    assert len(_accent_rows(chart)) == 0

    chart.setFocus(Qt.FocusReason.TabFocusReason)

    assert len(_accent_rows(chart)) == chart.viewport().height()


def test_the_best_are_spoken_with_their_numbers(chart: RankedChart) -> None:
    chart.show_values(_values(q=0.625, C=0.25), ease=False)
    assert chart.accessibleDescription() == "q 62.5 %, C 25.0 %"

    chart.clear_values()
    assert chart.accessibleDescription() == ""


def test_fewer_classes_take_the_place_of_many(chart: RankedChart) -> None:
    _roll(chart, 20)
    chart.set_classes([*LOWER])
    chart.show_values(np.eye(26, dtype=np.float32)[25], ease=False)

    assert chart.ranking[:3] == ("z", "a", "b")
    assert len(chart.shown_values) == 26
    assert chart.rows_in_sight[0] == "z"


def test_the_colours_follow_the_appearance(chart: RankedChart, theme: Theme, qtbot: QtBot) -> None:
    chart.show_values(_values(k=0.9), ease=False)
    light = chart.palette().color(QPalette.ColorRole.Accent)

    theme.set_appearance("dark")

    qtbot.waitUntil(lambda: chart.palette().color(QPalette.ColorRole.Accent) != light, timeout=PATIENCE_MS)
    assert len(_accent_rows(chart)) > 3
