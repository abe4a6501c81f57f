"""Where the window stands is remembered while it is open, and windows that come back stand beside each other."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.settings import SettingsStore
from digitvision.ui.window import window_place
from digitvision.ui.window.window_place import STEP_PX, open_window_number, shifted
from tests.ui.windows import PATIENCE_MS, WindowMaker

SCREEN = QRect(0, 24, 1600, 900)


@pytest.mark.slow
@given(
    st.builds(QRect, st.integers(-50, 1500), st.integers(-50, 900), st.integers(640, 2000), st.integers(480, 1200)),
    st.integers(1, 8),
)
def test_every_window_that_comes_back_lies_on_the_screen_and_on_no_other_exactly(place: QRect, number: int) -> None:
    moved = shifted(place, SCREEN, number)

    assert SCREEN.contains(moved)
    assert moved.topLeft() != place.topLeft()
    assert moved.topLeft() != shifted(place, SCREEN, number + 1).topLeft()
    assert moved.size() == place.size().boundedTo(moved.size())


@pytest.mark.slow
def test_windows_come_back_in_steps() -> None:
    place = QRect(100, 100, 800, 600)

    assert [shifted(place, SCREEN, number).topLeft() - place.topLeft() for number in (1, 2)] == [
        QPoint(STEP_PX, STEP_PX),
        QPoint(2 * STEP_PX, 2 * STEP_PX),
    ]


def test_a_window_that_comes_back_takes_no_focus(make_window: WindowMaker) -> None:
    window = make_window()
    window.resize(700, 500)
    window.hide()

    window.place.show_behind(2)

    assert window.isVisible()
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert (window.width(), window.height()) == (700, 500)


@pytest.mark.slow
def test_size_is_remembered_although_the_program_is_killed(
    make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_place, "REST_MS", 10)
    window = make_window()

    window.resize(701, 563)

    qtbot.waitUntil(lambda: _size_kept() == (701, 563), timeout=PATIENCE_MS)


def _size_kept() -> tuple[int, int]:
    other = QWidget()
    other.restoreGeometry(QByteArray(SettingsStore().values.geometry))
    return other.width(), other.height()


def test_a_place_that_the_user_did_not_choose_is_not_remembered(make_window: WindowMaker) -> None:
    window = make_window()
    before = SettingsStore().values.geometry
    window.hide()

    window.place.show_behind(3)
    window.place.remember_now()

    assert SettingsStore().values.geometry == before


def test_open_windows_have_numbers_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "windows"

    with open_window_number(folder) as first:
        with open_window_number(folder) as second, open_window_number(folder) as third:
            assert (first, second, third) == (0, 1, 2)
        with open_window_number(folder) as again:
            assert again == 1
    assert not list(folder.iterdir())


def test_a_second_window_opens_beside_the_first(make_window: WindowMaker) -> None:
    window = make_window()
    window.setGeometry(QRect(10, 10, 640, 480))
    window.hide()

    window.place.show_beside(0)
    assert window.geometry().topLeft() == QPoint(10, 10)
    window.hide()
    window.place.show_beside(1)

    assert window.isVisible()
    assert window.geometry() == QRect(10 + STEP_PX, 10 + STEP_PX, 640, 480)


def test_a_window_that_fills_the_screen_goes_on_doing_so(make_window: WindowMaker) -> None:
    window = make_window()
    window.hide()
    window.setWindowState(Qt.WindowState.WindowMaximized)

    window.place.show_beside(1)

    assert window.isMaximized()
