"""Measurement of the paper's movements: what each step of scrolling and zooming takes on paper full of ink."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.automation.paint_watch import PaintWatch
from digitvision.ui.automation.waiting import let_run

if TYPE_CHECKING:
    from digitvision.ui.window.main_window import MainWindow

WINDOW_SIZE: Final = QSize(1600, 1000)
STROKES: Final = 5000
SAMPLES: Final = 40
SIZE: Final = 40.0
"""About the size of a stroke, in the drawing's unit: small writing."""

PAPER: Final = (3000.0, 6000.0)
"""Width and height of the paper that is written on: a dozen screens full."""

STEPS: Final = 120
STEP_PX: Final = 30.0
"""Movement of the paper in one frame: 1,800 pixels a second."""

ZOOM_STEPS: Final = 0.15
FRAME_S: Final = 1 / 60
SETTLING_S: Final = 1.5


def paper_ms(window: "MainWindow") -> tuple[list[float], list[float]]:
    """Measure the milliseconds from a movement of the paper to its paint.

    Args:
        window: A window that is shown; its drawing is lost.

    Returns:
        The times for each frame of scrolling, and for each frame of zooming out and in again.
    """
    canvas, before = window.draw_tab.canvas, window.size()
    window.resize(WINDOW_SIZE)
    window.document.start()
    # Only shown, not written: what is measured is the paper, not the reading of so much ink.
    canvas.set_content(_full_paper(), None)
    view = canvas.sheet.view
    view.zoom_to(1.0, QPointF(0, 0))
    let_run(SETTLING_S)
    watch = PaintWatch(canvas)
    scrolls = _frames(watch, lambda number: view.pan(0, -STEP_PX if number < STEPS / 2 else STEP_PX))
    let_run(SETTLING_S)
    zooms = _frames(watch, lambda number: view.zoom_by(-ZOOM_STEPS if number < STEPS / 2 else ZOOM_STEPS))
    watch.stop()
    canvas.set_content(window.document.drawing, None)
    window.document.start()
    window.resize(before)
    return scrolls, zooms


def _frames(watch: PaintWatch, act: Callable[[int], object]) -> list[float]:
    """Do something at every frame of a screen, and return what each time took."""
    times_ms = []
    for number in range(STEPS):
        end = time.perf_counter() + FRAME_S
        times_ms.append(watch.until_painted_ms(lambda number=number: act(number)))  # type: ignore[misc]
        while time.perf_counter() < end:
            QApplication.processEvents()
    return times_ms


def _full_paper() -> Drawing:
    """Return short curves all over the paper, with the pressure of a pen."""
    rng = np.random.default_rng(3)
    turns = np.cumsum(rng.normal(0, 0.25, (STROKES, SAMPLES)), axis=1) + rng.uniform(0, 2 * np.pi, (STROKES, 1))
    paths = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=2), axis=1) * SIZE / SAMPLES * 2
    paths += rng.uniform(0, PAPER, (STROKES, 1, 2))
    times = np.arange(SAMPLES) * 4.0
    pressure = 0.5 + 0.3 * np.sin(np.arange(SAMPLES) / 20)
    return Drawing(tuple(Stroke(np.column_stack([path, times, pressure])) for path in paths))
