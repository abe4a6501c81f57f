"""Measurement of the program's speed in its real window."""

import json
import os
import platform
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from digitvision.faults import Fault
from digitvision.ink.inkml import read_inkml
from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import Bounds, Drawing, Sample, Stroke
from digitvision.ink.trajectory import trajectory
from digitvision.program import program_command
from digitvision.recognition.recognizer import Recognizer
from digitvision.resources import resource_path
from digitvision.ui.answer.confidence_chart import ConfidenceChart
from digitvision.ui.automation.equation_bench import formula_ms
from digitvision.ui.automation.gaps import Gaps
from digitvision.ui.automation.page_bench import opening_ms, row_ms
from digitvision.ui.automation.paint_watch import PaintWatch
from digitvision.ui.automation.paper_bench import paper_ms
from digitvision.ui.automation.pointer_player import REPORT_MS, PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.window.main_window import MainWindow

STARTS: Final = 5
START_LIMIT_S: Final = 60.0
READY_LIMIT_S: Final = 30.0
ANSWERS: Final = 200
FULL_CANVAS_STROKES: Final = 100
FULL_CANVAS_SAMPLES: Final = 3000
PEN_REPORTS: Final = 1500
STROKE_REPORTS: Final = 150
"""Number of reports of one measured stroke: 0.6 s of writing."""

MODEL_RUNS: Final = 2000
BATCH_GLYPHS: Final = 8192
MINUTE_S: Final = 60.0

Figures = dict[str, Any]


class BenchFault(Fault):
    """Something could not be measured."""


def startup_figures() -> Figures:
    """Measure `window_ms`, `ready_ms` and `rss_mb`: medians of several starts, each in a process of its own.

    Raises:
        BenchFault: The program did not start.
    """
    starts = [_one_start() for _ in range(STARTS)]
    return {name: statistics.median(start[name] for start in starts) for name in starts[0]}


def _one_start() -> Figures:
    begun = time.perf_counter()
    with subprocess.Popen(
        [*program_command(), "gui", "--report-startup"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
    ) as child:
        stopper = threading.Timer(START_LIMIT_S, child.kill)
        stopper.start()
        figures: Figures = {}
        assert child.stdout is not None
        assert child.stderr is not None
        for line in child.stdout:
            passed_ms = (time.perf_counter() - begun) * 1000
            word = line.strip()
            if word in ("window", "ready"):
                figures[f"{word}_ms"] = passed_ms
            elif word.startswith("{"):
                figures["rss_mb"] = json.loads(word)["rss_mb"]
        errors = child.stderr.read()
        stopper.cancel()
    if len(figures) != 3:
        raise BenchFault(f"The program did not start for the measurement. {errors.strip()}")
    return figures


def measure(window: MainWindow, startup: Figures, *, minute: bool) -> Figures:
    """Measure all figures.

    Args:
        window: A window that is not shown yet.
        startup: The figures of `startup_figures`.
        minute: Whether to write for a whole minute at 250 reports a second, and count whether any is lost.
    """
    window.resize(1280, 800)
    window.show()
    window.start(reading="character")
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    let_run(0.3)
    answers = stroke_to_bars_ms(window, ANSWERS)
    reports = _ink_event_ms(window)
    scrolls, zooms = paper_ms(window)
    figures: Figures = {
        **{name: round(value, 1) for name, value in startup.items() if name != "rss_mb"},
        "ink_event_ms": percentiles(reports, (50, 99)),
        "stroke_to_bars_ms": percentiles(answers, (50, 95, 99)),
        **_model_figures(window),
        "rss_mb": startup["rss_mb"],
        "equation_ms": _percentiles_of(formula_ms(window)),
        "page_ms": _percentiles_of(row_ms(window)),
        "page_opening_ms": opening_ms(window),
        "paper_scroll_ms": percentiles(scrolls, (50, 95)),
        "paper_zoom_ms": percentiles(zooms, (50, 95)),
    }
    if minute:
        figures["minute"] = _minute(window)
    return figures


class _AnswerWatch(QObject):
    """Ends an event loop when the bars have been painted with the last answer."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.loop = QEventLoop()
        self._window = window
        chart = window.draw_tab.character.panel.chart
        self._viewport = (chart.plot if isinstance(chart, ConfidenceChart) else chart).viewport()
        self._viewport.installEventFilter(self)
        self._answered = False
        window.draw_tab.reading_changed.connect(self._on_reading)

    def begin(self) -> None:
        """Wait for the next answer from now on."""
        self._answered = False

    def stop(self) -> None:
        """Stop watching."""
        self._viewport.removeEventFilter(self)
        self._window.draw_tab.reading_changed.disconnect(self._on_reading)

    @Slot(object)
    def _on_reading(self, reading: object) -> None:
        # After pen up the bars do not move, so the next time they are painted they show the whole answer.
        self._answered = reading is not None and self._window.settled

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._answered:
            QTimer.singleShot(0, self.loop, self.loop.quit)
        return False


def stroke_to_bars_ms(window: MainWindow, drawings: int) -> list[float]:
    """Measure the time from the pen's last report to the painted bars, in milliseconds, over shipped samples.

    Args:
        window: A window that is shown and reads single characters.
        drawings: Number of drawings to write.

    Raises:
        BenchFault: The samples are missing.
    """
    samples = [_sample(path.stem) for path in sorted(resource_path("samples").glob("*.inkml"))]
    if not samples:
        raise BenchFault("The shipped samples are missing; install the program again.")
    player = PointerPlayer(window.draw_tab.canvas, "pen")
    watch = _AnswerWatch(window)
    passed_ms = []
    for number in range(drawings):
        window.document.start()
        let_run(0.01)
        *first, last = samples[number % len(samples)].strokes
        for stroke in first:
            player.write(stroke)
        reports = last.samples
        player.send("press", reports[0])
        for report in reports[1:]:
            player.send("move", report)
            _run_until(time.perf_counter() + REPORT_MS / 1000 / 4)
        watch.begin()
        begun = time.perf_counter()
        player.send("release", reports[-1])
        give_up = QTimer()
        give_up.setSingleShot(True)
        give_up.timeout.connect(watch.loop.quit)
        give_up.start(2000)
        watch.loop.exec()
        passed_ms.append((time.perf_counter() - begun) * 1000)
    watch.stop()
    return passed_ms


def _ink_event_ms(window: MainWindow) -> list[float]:
    """Measure the milliseconds from a pen's report to its paint, on a canvas full of ink, with live answers."""
    canvas = window.draw_tab.canvas
    rng = np.random.default_rng(1)
    window.document.start()
    each = FULL_CANVAS_SAMPLES // FULL_CANVAS_STROKES
    for _ in range(FULL_CANVAS_STROKES):
        window.document.add_stroke(_scribble(rng, each, size=160.0))
    let_run(0.3)
    player = PointerPlayer(canvas, "pen")
    watch = PaintWatch(canvas)
    passed_ms = []
    for _ in range(PEN_REPORTS // STROKE_REPORTS):
        reports = _scribble(rng, STROKE_REPORTS, size=500.0).samples
        player.send("press", reports[0])
        for report in reports[1:]:
            watch.forget()
            begun = time.perf_counter()
            player.send("move", report)
            while watch.painted_at is None:
                QApplication.processEvents()
            passed_ms.append((watch.painted_at - begun) * 1000)
            _run_until(begun + REPORT_MS / 1000)
        player.send("release", reports[-1])
        let_run(0.02)
    watch.stop()
    return passed_ms


def _model_figures(window: MainWindow) -> Figures:
    """Measure the network alone, without preprocessing, for one glyph and for many at once."""
    assert window.model is not None
    recognizer = Recognizer(window.model)
    strokes = _sample("5").strokes
    raster, path = rasterize(strokes), trajectory(strokes)
    times_ms = []
    for _ in range(MODEL_RUNS):
        begun = time.perf_counter()
        recognizer.predict(raster, path)
        times_ms.append((time.perf_counter() - begun) * 1000)
    many, paths = np.repeat(raster[None], BATCH_GLYPHS, axis=0), np.repeat(path[None], BATCH_GLYPHS, axis=0)
    recognizer.probabilities(many[:256], paths[:256])
    begun = time.perf_counter()
    recognizer.probabilities(many, paths)
    return {
        "model_ms": percentiles(times_ms, (50, 99)),
        "glyphs_per_second": round(BATCH_GLYPHS / (time.perf_counter() - begun)),
    }


def _percentiles_of(times: Sequence[float] | None) -> Figures | None:
    return None if times is None else percentiles(times, (50, 95))


def _minute(window: MainWindow) -> Figures:
    """Write for a minute at 250 reports a second, which another thread posts whatever the window is doing."""
    canvas = window.draw_tab.canvas
    window.document.start()
    kept: list[int] = []
    canvas.stroke_finished.connect(lambda stroke: kept.append(len(stroke)))
    player = PointerPlayer(canvas, "pen")
    rng = np.random.default_rng(2)
    per_stroke = 250
    strokes = [
        _scribble(rng, per_stroke, size=700.0).samples for _ in range(int(MINUTE_S * 1000 / REPORT_MS) // per_stroke)
    ]
    events = [event for stroke in strokes for event in _stroke_events(player, stroke)]
    gaps = Gaps()

    def post() -> None:
        begun = time.perf_counter()
        for number, event in enumerate(events):
            rest = begun + number * REPORT_MS / 1000 - time.perf_counter()
            if rest > 0:
                time.sleep(rest)
            QCoreApplication.postEvent(canvas, event)

    writer = threading.Thread(target=post, name="writer")
    writer.start()
    wait_until(lambda: not writer.is_alive(), limit_s=MINUTE_S * 2, what="the end of the minute")
    let_run(0.2)
    sent = sum(map(len, strokes))
    window.document.start()
    return {"reports_sent": sent, "reports_kept": sum(kept), "longest_gap_ms": round(gaps.longest_ms(), 1)}


def _stroke_events(player: PointerPlayer, reports: Sequence[Sample]) -> list[QEvent]:
    return [
        player.event("press", reports[0]),
        *(player.event("move", report) for report in reports[1:]),
        player.event("release", reports[-1]),
    ]


def _scribble(rng: np.random.Generator, count: int, *, size: float) -> Stroke:
    """Return a curve like handwriting: it turns slowly and never stops."""
    turns = np.cumsum(rng.normal(0, 0.25, count)) + rng.uniform(0, 2 * np.pi)
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0)
    pressure = 0.5 + 0.3 * np.sin(np.arange(count) / 20)
    points = np.column_stack([path, np.arange(count) * float(REPORT_MS), pressure])
    x, y = rng.uniform(0, 1000 - size, 2)
    return Drawing((Stroke(points),)).fit_into(Bounds(x, y, x + size, y + size)).strokes[0]


def _sample(name: str) -> Drawing:
    return read_inkml(resource_path("samples", f"{name}.inkml")).drawing


def _run_until(moment: float) -> None:
    while time.perf_counter() < moment:
        QApplication.processEvents()


def percentiles(values: Sequence[float], which: tuple[int, ...]) -> Figures:
    """Return percentiles by their names, such as `p50`."""
    return {f"p{percent}": round(float(np.percentile(values, percent)), 3) for percent in which}


def report(figures: Figures, form: str) -> str:
    """Return the figures as JSON, or as text with one line for each."""
    if form == "json":
        return json.dumps(figures)
    shown = QApplication.platformName()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    lines = [f"{machine}, Python {platform.python_version()}, Qt on {shown}"]
    explained = {
        "window_ms": "process start to first painted window",
        "ready_ms": "process start to first answer possible",
        "ink_event_ms": "one pen report handled and painted, 100 strokes on the canvas",
        "stroke_to_bars_ms": "pen up to painted bars",
        "model_ms": "one glyph through the network",
        "glyphs_per_second": "glyphs through the network, many at once",
        "rss_mb": "memory with the window open and the model loaded",
        "equation_ms": "pen up to painted formula, an equation of 15 symbols",
        "page_ms": "pen up to painted formula and value of a row, a page of 30 rows",
        "page_opening_ms": "opening a page of 30 rows: its first row painted, all rows known, longest block",
        "paper_scroll_ms": "one step of scrolling handled and painted, 5,000 strokes",
        "paper_zoom_ms": "one step of the zoom handled and painted, 5,000 strokes",
        "minute": "a minute at 250 reports a second",
    }
    for name, value in figures.items():
        if isinstance(value, dict):
            text = "  ".join(f"{key} {number}" for key, number in value.items())
        else:
            text = "no model installed" if value is None else str(value)
        lines.append(f"{name:<18} {text:<42} {explained[name]}")
    return "\n".join(lines)
