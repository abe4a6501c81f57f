"""Widgets in cycles are freed in the window's thread, whatever other threads do."""

import gc
import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.window.garbage_collector import MOST_VISITED, GarbageCollector
from digitvision.ui.window.main_window import MainWindow
from tests.ui.windows import PATIENCE_MS, WindowMaker


class _Cycle(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.mark.slow
def test_another_thread_frees_no_widget_and_the_window_s_own_does(window: MainWindow, qtbot: QtBot) -> None:
    freed_in: list[threading.Thread] = []
    weakref.finalize(_Cycle(), lambda: freed_in.append(threading.current_thread()))

    allocating = threading.Thread(target=lambda: [[[] for _ in range(1000)] for _ in range(200)])
    allocating.start()
    allocating.join()

    assert freed_in == []
    qtbot.waitUntil(lambda: bool(freed_in), timeout=PATIENCE_MS)
    assert freed_in == [threading.main_thread()]


def test_a_closed_window_leaves_it_to_python_again(make_window: WindowMaker) -> None:
    gc.enable()
    window = make_window()
    assert not gc.isenabled()

    window.close()

    assert gc.isenabled()


@pytest.mark.slow
def test_collections_leave_out_what_has_come_to_stay_and_still_take_what_comes_and_goes(qtbot: QtBot) -> None:
    owner = QObject()
    collector = GarbageCollector(owner)
    much = [[number] for number in range(10 * MOST_VISITED)]
    qtbot.waitUntil(lambda: len(gc.get_objects()) < MOST_VISITED, timeout=PATIENCE_MS)
    begun = time.thread_time()
    gc.collect(2)
    held_s = time.thread_time() - begun

    gone: list[bool] = []
    weakref.finalize(_Cycle(), lambda: gone.append(True))
    kept = [[number] for number in range(2000)]
    qtbot.waitUntil(lambda: bool(gone), timeout=PATIENCE_MS)

    # All of them would take more than a tenth of a second.
    assert held_s < 0.02
    collector.shut_down()
    assert len(gc.get_objects()) > len(much) + len(kept)
