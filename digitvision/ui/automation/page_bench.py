"""Measurement of pages: from pen up to the painted row with its formula and its value, and opening a page of rows."""

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import PAGE
from digitvision.ui.automation.equation_bench import LIMIT_MS, READY_LIMIT_S, symbol_strokes
from digitvision.ui.automation.gaps import Gaps
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.reading.reading_kinds import PLAIN_READING, READINGS

if TYPE_CHECKING:
    from digitvision.ui.window.main_window import MainWindow

ROWS: Final = 30
"""Number of rows on the page, the last of which is written."""

ROUNDS: Final = 4
OPENING_LIMIT_MS: Final = 30_000
HEIGHT: Final = 90.0
SPACE: Final = 70.0
"""Height of a row and space below it, in the drawing's unit."""

SLANT: Final = 0.02
"""How much further each round's row slants than that of the round before, to the side for each unit of height."""

_WRITTEN: Final = "12+30="


def composed_row(text: str, place: int) -> list[Stroke]:
    """Return a row of the shipped digits and of straight lines.

    Args:
        text: Digits and `+`, `-`, `×`, `=`.
        place: Number of the row on its page, from 0.
    """
    y = 60.0 + place * (HEIGHT + SPACE)
    return [
        stroke
        for column, symbol in enumerate(text)
        for stroke in symbol_strokes(symbol, 100.0 + column * HEIGHT, y, HEIGHT)
    ]


def composed_page(rows: int, first: int = 10) -> Drawing:
    """Return a page of this number of rows, no two of which are the same.

    Args:
        rows: The number of rows.
        first: The number that the first row begins with, of two digits; each row below begins with the next one.
    """
    strokes = [
        stroke for place in range(rows) for stroke in composed_row(f"{place + first}+{place * 7 % 60 + 20}=", place)
    ]
    return Drawing(tuple(strokes))


def written_again(row: list[Stroke], time: int) -> list[Stroke]:
    """Return a row as it is written the next time: nobody writes twice alike, and what is alike is remembered.

    Args:
        row: The row.
        time: Which time it is, from 0; each time it slants more.
    """
    slanted = []
    for stroke in row:
        points = stroke.points.copy()
        points[:, 0] += SLANT * time * (points[:, 1] - stroke.bounds.top)
        slanted.append(stroke.with_points(points))
    return slanted


class _RowWatch(QObject):
    """Ends an event loop when the list of rows shows all that there is to show of the row that was written on last."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.loop = QEventLoop()
        self._window = window
        self._rows = window.draw_tab.page.panel.rows
        self._rows.viewport().installEventFilter(self)
        self._painted: object = None
        # A row that comes to nothing is complete without being painted again.
        self._look = QTimer(self)
        self._look.setInterval(1)
        self._look.timeout.connect(self._end_if_shown)
        self._look.start()

    def stop(self) -> None:
        """Stop watching."""
        self._look.stop()
        self._rows.viewport().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            item = self._rows.item
            self._painted = None if item is None else (item.key, item.looks)
        return False

    @Slot()
    def _end_if_shown(self) -> None:
        item, newest = self._rows.item, len(self._window.document.drawing.strokes) - 1
        if item is None or not item.complete or item.formula is None or newest not in item.row.strokes:
            return
        if self._painted == (item.key, item.looks):
            self.loop.quit()


def row_ms(window: "MainWindow") -> list[float] | None:
    """Measure the time from pen up to the painted row, in milliseconds, on a page of `ROWS` rows.

    Returns:
        One time for each stroke of a row that is written several times; None where no model reads pages.
    """
    if READINGS[PAGE].problem(ModelStore()):
        return None
    window.readings.use(PAGE)
    wait_until(lambda: window.settled, limit_s=READY_LIMIT_S, what="the models of pages")
    player = PointerPlayer(window.draw_tab.canvas, "pen")
    watch = _RowWatch(window)
    passed_ms: list[float] = []
    page, row = composed_page(ROWS - 1), composed_row(_WRITTEN, ROWS - 1)
    for number in range(ROUNDS + 1):
        window.document.open(page, None, native=True)
        wait_until(lambda: window.settled, limit_s=READY_LIMIT_S, what="the reading of a page")
        let_run(0.3)
        for stroke in written_again(row, number):
            begun = _write(player, stroke, watch)
            # The first round fills caches and is not counted.
            if number:
                passed_ms.append((time.perf_counter() - begun) * 1000)
            # There is a pause between strokes, as in real writing.
            let_run(0.1)
    watch.stop()
    window.document.start()
    window.readings.use(PLAIN_READING)
    let_run(0.05)
    return passed_ms


class _OpeningWatch(QObject):
    """Ends an event loop when all rows of a page are known, and notes when the first one has been painted."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.loop = QEventLoop()
        self.first_at: float | None = None
        self._page = window.draw_tab.page
        self._viewport = self._page.panel.rows.viewport()
        self._viewport.installEventFilter(self)
        self._look = QTimer(self)
        self._look.setInterval(1)
        self._look.timeout.connect(self._end_if_known)
        self._look.start()

    def stop(self) -> None:
        """Stop watching."""
        self._look.stop()
        self._viewport.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.first_at is None:
            shown = self._page.panel.rows.in_sight
            if any(item.formula is not None for item in shown):
                # The event filter runs before the paint; a timer that is started now runs after it.
                QTimer.singleShot(0, self, self._note)
        return False

    @Slot()
    def _note(self) -> None:
        if self.first_at is None:
            self.first_at = time.perf_counter()

    @Slot()
    def _end_if_known(self) -> None:
        items = self._page.items
        known = bool(items) and all(item.complete and item.formula is not None for item in items)
        if known and self.first_at is not None:
            self.loop.quit()


def opening_ms(window: "MainWindow") -> dict[str, float] | None:
    """Measure how long opening a page of `ROWS` rows takes, in milliseconds.

    Returns:
        `first_row`, until a row has been painted; `all_rows`, until all rows are read and typeset and have their
        values; `longest_gap`, for which the event loop was blocked meanwhile. None where no model reads pages.
    """
    if READINGS[PAGE].problem(ModelStore()):
        return None
    window.readings.use(PAGE)
    wait_until(lambda: window.settled, limit_s=READY_LIMIT_S, what="the models of pages")
    # Rows that no other measurement has had read or typeset.
    page = composed_page(ROWS, first=60)
    watch, gaps = _OpeningWatch(window), Gaps()
    give_up = QTimer()
    give_up.setSingleShot(True)
    give_up.timeout.connect(watch.loop.quit)
    give_up.start(OPENING_LIMIT_MS)
    begun = time.perf_counter()
    window.document.open(page, None, native=True)
    watch.loop.exec()
    ended = time.perf_counter()
    watch.stop()
    first = ended if watch.first_at is None else watch.first_at
    passed_ms = {"first_row": (first - begun) * 1000, "all_rows": (ended - begun) * 1000}
    passed_ms["longest_gap"] = gaps.longest_ms()
    window.document.start()
    window.readings.use(PLAIN_READING)
    let_run(0.05)
    return {name: round(passed, 1) for name, passed in passed_ms.items()}


def _write(player: PointerPlayer, stroke: Stroke, watch: _RowWatch) -> float:
    """Write a stroke, wait until its row is painted, and return when the pen was lifted."""
    reports = stroke.samples
    player.send("press", reports[0])
    for report in reports[1:]:
        player.send("move", report)
    give_up = QTimer()
    give_up.setSingleShot(True)
    give_up.timeout.connect(watch.loop.quit)
    give_up.start(LIMIT_MS)
    begun = time.perf_counter()
    player.send("release", reports[-1])
    watch.loop.exec()
    return begun
