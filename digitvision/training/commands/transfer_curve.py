"""The `transfer-curve` command: it measures what transfer is worth and prints it for people or for programs."""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

from digitvision.faults import Fault
from digitvision.files import make_folder_of, write_named_file
from digitvision.progress import ProgressBar
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.models.model_text import table
from digitvision.training.run.epoch_metrics import REPORT_INTERVAL_S
from digitvision.training.run.exhaustion import what_ran_out
from digitvision.training.run.stopping import EXIT_OK, StopRequest, heeding_signals, listen, unless_stopped
from digitvision.training.transfer_curve.finding import Curve, Finding, Point, finding_of, mean_accuracies
from digitvision.training.transfer_curve.picture import FORMS, picture_of
from digitvision.training.transfer_curve.transfer_curve import CurveRequest, TransferCurve

Form = Literal["text", "json", "jsonl"]

_STOPPED_EARLY: Final = "Stopped before anything was measured."
_NO_MEMORY: Final = "The curve cannot be measured: there is not enough memory; take fewer samples of each class."


def run_curve(request: CurveRequest, *, form: Form, output: Path | None, stop_at_eof: bool) -> int:
    """Measure a curve as the command line asks.

    Args:
        request: What to measure.
        form: Output format: a table, one JSON object, or a line of JSON for every event.
        output: A file for the plot, SVG or PNG by its name. It is written after a stop too.
        stop_at_eof: Whether the end of standard input stops the measurement.

    Returns:
        The process's exit code.

    Raises:
        Fault: Something in the input failed; with JSON lines, the failure has been written as an event too.
    """
    if output is not None and output.suffix.lower() not in FORMS:
        raise Fault(f"A picture “{output}” cannot be made: its name has to end in {' or '.join(FORMS)}.")
    if output is not None:
        make_folder_of(output)
    stop = StopRequest()
    lines = _Lines(stop) if form == "jsonl" else None
    try:
        with heeding_signals(stop):
            listen(stop, stop_at_eof=stop_at_eof)
            curve = TransferCurve(request, store=ModelStore(), control=stop)
            _prepare(curve, stop, lines)
            found = _run(curve, lines)
        if output is not None and found.points:
            write_named_file(output, picture_of(curve.facts, found, output.suffix.lower()))
    except Exception as error:
        fault = Fault(_NO_MEMORY) if what_ran_out(error) == "memory" else error
        if lines is not None:
            message = str(fault) if isinstance(fault, Fault) else f"The measurement failed unexpectedly: {fault}"
            lines.write({"event": "failed", "message": message})
        if fault is error:
            raise
        raise fault from error
    if lines is not None:
        sentence = finding_text(found.finding) if found.finding else _STOPPED_EARLY
        lines.write({"event": "cancelled" if found.stopped else "completed", "message": sentence})
    else:
        sys.stdout.write((_json(curve.facts, found) if form == "json" else _text(curve.facts, found)) + "\n")
        sys.stdout.flush()
    return stop.exit_code if found.stopped else EXIT_OK


def finding_text(found: Finding) -> str:
    """Say in a sentence how many samples transfer saves."""
    head = f"With {_samples(found.samples)} a class, transfer reaches {found.accuracy * 100:.1f} %"
    if found.most == 0:
        return f"{head}."
    if found.needed is None:
        return f"{head}; from scratch, that accuracy is not reached even with {found.most:,}."
    if found.needed <= found.samples:
        return f"{head}; from scratch needs no more."
    return f"{head}; from scratch needs about {found.needed:,.0f}."


def _samples(count: int) -> str:
    return "1 sample" if count == 1 else f"{count:,} samples"


def _prepare(curve: TransferCurve, stop: StopRequest, lines: "_Lines | None") -> None:
    bar = ProgressBar("Reading data")

    def farewell() -> None:
        bar.close()
        if lines is not None:
            lines.write({"event": "cancelled", "message": _STOPPED_EARLY})
        else:
            sys.stdout.write(f"{_STOPPED_EARLY}\n")

    unless_stopped(lambda: curve.prepare(bar), stop, farewell)
    bar.close()


def _run(curve: TransferCurve, lines: "_Lines | None") -> Curve:
    if lines is None:
        for notice in curve.facts["notices"]:
            sys.stderr.write(f"{notice}\n")
        bar = ProgressBar("Training")
        found = curve.run(lambda _point: None, bar)
        bar.close()
        return found
    lines.write({"event": "started", **curve.facts})
    points: list[Point] = []

    def report(point: Point) -> None:
        points.append(point)
        found = finding_of(points)
        lines.write({"event": "point", **asdict(point), "finding": None if found is None else asdict(found)})

    return curve.run(report, lines.progress)


def _json(facts: dict[str, Any], curve: Curve) -> str:
    return json.dumps(
        {
            **facts,
            "stopped": curve.stopped,
            "points": [asdict(point) for point in curve.points],
            "finding": None if curve.finding is None else asdict(curve.finding),
        },
        ensure_ascii=False,
    )


def _text(facts: dict[str, Any], curve: Curve) -> str:
    head = (
        f"From “{facts['base']}” to {facts['data']}: {facts['classes']} classes, measured on {facts['held_out']:,} "
        f"of the samples held out ({', '.join(facts['split'])}); mean of {facts['repeats']}"
    )
    if curve.finding is None:
        return f"{head}\n{_STOPPED_EARLY}"
    transfer, scratch = mean_accuracies(curve.points, "transfer"), mean_accuracies(curve.points, "scratch")
    rows = [("samples a class", "with transfer", "from scratch")]
    rows += [(f"{samples:,}", _percent(transfer, samples), _percent(scratch, samples)) for samples in transfer]
    lines = [head, "", *table(rows, right=frozenset({0, 1, 2})), "", finding_text(curve.finding)]
    return "\n".join([*lines, *(["Stopped early: these figures were measured until then."] if curve.stopped else [])])


def _percent(accuracies: dict[int, float], samples: int) -> str:
    return f"{accuracies[samples] * 100:.1f} %" if samples in accuracies else ""


class _Lines:
    """Events as JSON on standard output, one in each line."""

    def __init__(self, stop: StopRequest) -> None:
        self._stop = stop
        self._last = 0.0

    def write(self, event: dict[str, Any]) -> None:
        """Write an event; if nobody reads the output any more, stop the measurement."""
        try:
            sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # The program that started this one has ended.
            self._stop.set()
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def progress(self, done: int, total: int) -> None:
        """Write the progress, at most ten times a second and at the end."""
        now = time.monotonic()
        if now - self._last >= REPORT_INTERVAL_S or done == total:
            self._last = now
            self.write({"event": "progress", "done": done, "of": total})
