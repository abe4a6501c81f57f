"""Measurement of the time from pen up to the painted formula of an equation, stroke by stroke."""

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.resources import resource_path
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.reading.reading_kinds import READINGS

if TYPE_CHECKING:
    from digitvision.ui.window.main_window import MainWindow

ROUNDS: Final = 4
LIMIT_MS: Final = 5000
READY_LIMIT_S: Final = 60.0
STEP: Final = 4.0
"""Distance between two samples of a straight line, in the drawing's unit."""


def composed_expression() -> Drawing:
    """Return an equation of 15 symbols, composed of the shipped digits and of straight lines.

    It is `(12+3)/45 = 7-6×80²`, with a fraction bar for the division.
    """
    strokes: list[Stroke] = []
    x = 60.0
    for symbol in "12+3":
        strokes += symbol_strokes(symbol, x, 330.0, 90.0)
        x += 85.0
    strokes.append(_line((50.0, 455.0), (400.0, 452.0)))
    strokes += symbol_strokes("4", 150.0, 490.0, 90.0) + symbol_strokes("5", 235.0, 490.0, 90.0)
    x = 450.0
    for symbol in "=7-6×80":
        strokes += symbol_strokes(symbol, x, 400.0, 100.0)
        x += 95.0
    strokes += symbol_strokes("2", x - 10.0, 345.0, 55.0)
    return Drawing(tuple(strokes))


def symbol_strokes(symbol: str, x: float, y: float, size: float) -> list[Stroke]:
    """Return a digit from the shipped samples, or a symbol of straight lines, within a square."""
    if symbol.isdigit():
        drawing = read_inkml(resource_path("samples", f"{symbol}.inkml")).drawing
        return list(drawing.fit_into(Bounds(x, y, x + size * 0.8, y + size)).strokes)
    left, right, top, bottom = x, x + size * 0.6, y + size * 0.2, y + size * 0.8
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    lines = {
        "+": [((left, middle_y), (right, middle_y)), ((middle_x, top), (middle_x, bottom))],
        "-": [((left, middle_y), (right, middle_y))],
        "=": [((left, middle_y - 14), (right, middle_y - 14)), ((left, middle_y + 14), (right, middle_y + 14))],
        "×": [((left, top), (right, bottom)), ((right, top), (left, bottom))],
    }
    return [_line(start, end) for start, end in lines[symbol]]


def _line(start: tuple[float, float], end: tuple[float, float]) -> Stroke:
    (x, y), (to_x, to_y) = start, end
    count = max(int(max(abs(to_x - x), abs(to_y - y)) / STEP), 2)
    return Stroke.of(
        (x + (to_x - x) * step / count, y + (to_y - y) * step / count, 4.0 * step) for step in range(count)
    )


class _FormulaWatch(QObject):
    """Ends an event loop when the formula has been painted that holds all strokes of the drawing."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.loop = QEventLoop()
        self._window = window
        self._view = window.draw_tab.expression.panel.view
        self._answered = False
        self._view.installEventFilter(self)
        window.draw_tab.reading_changed.connect(self._on_reading)

    def begin(self) -> None:
        """Wait for the next answer from now on."""
        self._answered = False

    def stop(self) -> None:
        """Stop watching."""
        self._view.removeEventFilter(self)
        self._window.draw_tab.reading_changed.disconnect(self._on_reading)

    @Slot(object)
    def _on_reading(self, reading: Reading | None) -> None:
        strokes = 0 if reading is None else sum(len(glyph.strokes) for glyph in reading.glyphs)
        self._answered = strokes == len(self._window.document.drawing.strokes) > 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._answered:
            # The event filter runs before the paint; a timer that is started now runs after it.
            QTimer.singleShot(0, self.loop, self.loop.quit)
        return False


def formula_ms(window: "MainWindow") -> list[float] | None:
    """Measure the time from pen up to the painted formula, in milliseconds.

    Returns:
        One time for each stroke of an equation that is written several times; None where no model reads equations.
    """
    if READINGS[EQUATION].problem(ModelStore()):
        return None
    window.readings.use(EQUATION)
    wait_until(lambda: window.settled, limit_s=READY_LIMIT_S, what="the model of equations")
    expression = composed_expression()
    player = PointerPlayer(window.draw_tab.canvas, "pen")
    watch = _FormulaWatch(window)
    passed_ms: list[float] = []
    for number in range(ROUNDS + 1):
        window.document.start()
        let_run(0.05)
        for stroke in expression.strokes:
            reports = stroke.samples
            player.send("press", reports[0])
            for report in reports[1:]:
                player.send("move", report)
            watch.begin()
            give_up = QTimer()
            give_up.setSingleShot(True)
            give_up.timeout.connect(watch.loop.quit)
            give_up.start(LIMIT_MS)
            begun = time.perf_counter()
            player.send("release", reports[-1])
            watch.loop.exec()
            # The first round fills caches and is not counted.
            if number:
                passed_ms.append((time.perf_counter() - begun) * 1000)
            # There is a pause between strokes, as in real writing.
            let_run(0.1)
    watch.stop()
    window.document.start()
    window.readings.use("character")
    let_run(0.05)
    return passed_ms
