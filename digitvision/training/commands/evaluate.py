"""The `evaluate` command: it measures a model and prints the figures for people or for programs."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from digitvision.faults import Fault
from digitvision.files import make_folder_of
from digitvision.progress import ProgressBar
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.augmentation.canvas_pictures import CanvasPictures
from digitvision.training.augmentation.junk_to_measure import junk_of
from digitvision.training.data.dataset import Dataset
from digitvision.training.data.glyphs import Glyphs, prepare
from digitvision.training.data.loading import MNIST, load_glyphs, load_mnist
from digitvision.training.evaluation.details import write_details
from digitvision.training.evaluation.evaluation import Evaluation, answers_of, evaluate, label_indices
from digitvision.training.evaluation.rejection import measure_rejection
from digitvision.training.evaluation.report import evaluation_text
from digitvision.training.evaluation.robustness import measure_robustness

Step = Literal["reading", "answering", "strangers", "robustness"]

_TITLES: Final[dict[Step, str]] = {
    "reading": "Reading data",
    "answering": "Answering",
    "strangers": "Junk",
    "robustness": "Robustness",
}
_EXIT_OK: Final = 0
_EXIT_ABANDONED: Final = 1
_REPORT_INTERVAL_S: Final = 0.1


class ProgressReporter(Protocol):
    """Reports the progress of an evaluation."""

    def step(self, step: Step) -> Callable[[int, int], None]:
        """Begin a new step; the returned function is called with the amount that is done and the whole amount."""

    def end(self) -> None:
        """End the report: all steps are done."""


class BarReporter:
    """Reports to people: a progress bar for each step, on a terminal."""

    def __init__(self) -> None:
        self._bar: ProgressBar | None = None

    def step(self, step: Step) -> Callable[[int, int], None]:
        self.end()
        self._bar = ProgressBar(_TITLES[step])
        return self._bar

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()


class LineReporter:
    """Reports to programs: one JSON object a line on standard output, at most ten in a second."""

    def __init__(self) -> None:
        self._last = 0.0

    def step(self, step: Step) -> Callable[[int, int], None]:
        self.write({"event": "progress", "step": step, "done": 0, "of": 0})

        def report(done: int, total: int) -> None:
            now = time.monotonic()
            if now - self._last >= _REPORT_INTERVAL_S or done == total:
                self._last = now
                self.write({"event": "progress", "step": step, "done": done, "of": total})

        return report

    def end(self) -> None:
        return

    def write(self, event: dict[str, Any]) -> None:
        """Write an event as one line of JSON."""
        _put(json.dumps(event, ensure_ascii=False))


def run_evaluation(
    load_recognizer: Callable[[], Recognizer],
    data: Sequence[str],
    *,
    form: Literal["text", "json"] = "text",
    alone: bool = False,
    pictures: bool = False,
    robustness: bool = False,
    details: Path | None = None,
    progress: Literal["bar", "jsonl"] = "bar",
    stop_at_eof: bool = False,
) -> int:
    """Evaluate as the command line asks.

    Args:
        load_recognizer: Loads the model to measure, within its alphabet.
        data: Names or paths of the data.
        form: Output format of the figures.
        alone: Whether to read each symbol of an expression without its spatial context.
        pictures: Whether to draw each glyph of strokes on a canvas and read the picture, see `CanvasPictures`.
        robustness: Whether to measure the robustness too, which takes minutes.
        details: A file for the figures and the misread samples of the last data.
        progress: `bar` for people; `jsonl` for programs, which get JSON lines instead of the figures.
        stop_at_eof: Whether the end of standard input ends the process: nobody waits for the figures any more.

    Returns:
        The process's exit code.

    Raises:
        Fault: Something in the input failed; with JSON lines, the failure has been written as an event too.
    """
    if stop_at_eof:
        _end_with_input()
    if progress == "jsonl":
        return _evaluate_for_programs(load_recognizer, data, alone, pictures, robustness, details)
    if details is not None:
        make_folder_of(details)
    recognizer = load_recognizer()
    found = []
    for name in data:
        found.append(
            measure(
                recognizer, name, BarReporter(), alone=alone, pictures=pictures, robustness=robustness, details=details
            )
        )
        if form == "text":
            _put(("\n\n" if len(found) > 1 else "") + evaluation_text(found[-1]))
    if form == "json":
        figures = [item.to_dict() for item in found]
        _put(json.dumps(figures[0] if len(figures) == 1 else figures, ensure_ascii=False))
    return _EXIT_OK


def measure(
    recognizer: Recognizer,
    name: str,
    reporter: ProgressReporter,
    *,
    alone: bool = False,
    pictures: bool = False,
    robustness: bool = False,
    details: Path | None = None,
) -> Evaluation:
    """Measure a recognizer on data of this name or path.

    Args:
        reporter: Gets the progress of each step.
        alone, pictures, robustness, details: See `run_evaluation`.

    Raises:
        Fault: The data cannot be read, or the details cannot be written.
    """
    glyphs, dataset = _load(name, reporter, alone=alone, pictures=pictures)
    found = evaluate(recognizer, dataset, reporter.step("answering"))
    card = recognizer.model.card
    junk = junk_of(glyphs, recognizer.labels, card)
    answers_to_glyphs = found.outcomes.answered
    if found.with_context:
        # Junk has no spatial context, so the glyphs that it is compared with must be read without theirs.
        answers_to_glyphs = answers_of(recognizer, replace(dataset, context=None), found.outcomes.rows)
    rejection = measure_rejection(recognizer, answers_to_glyphs, junk, reporter.step("strangers"))
    found = replace(found, rejection=rejection)
    if robustness:
        truth = label_indices(glyphs, recognizer.labels)
        changes = measure_robustness(recognizer, glyphs, truth, reporter.step("robustness"))
        found = replace(found, robustness=changes)
    reporter.end()
    if details is not None:
        write_details(details, found, dataset, recognizer.model)
    return found


def _put(text: str) -> None:
    """Print a line without delay: another program may wait for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _load(name: str, reporter: ProgressReporter, *, alone: bool, pictures: bool) -> tuple[Glyphs, Dataset]:
    """Load the data as it was written, and prepared for a network; `mnist` is its test part here."""
    if name == MNIST:
        dataset = load_mnist("test")
        rasters = list(dataset.rasters)
        return Glyphs(dataset.name, rasters, dataset.labels, dataset.label_names, licence=dataset.licence), dataset
    glyphs = load_glyphs(name, reporter.step("reading"))
    if pictures:
        glyphs = replace(glyphs, ink=CanvasPictures(glyphs.ink))
    if alone or pictures:
        glyphs = replace(glyphs, context=None)
    return glyphs, prepare(glyphs, reporter.step("reading"))


def _evaluate_for_programs(
    load_recognizer: Callable[[], Recognizer],
    data: Sequence[str],
    alone: bool,
    pictures: bool,
    robustness: bool,
    details: Path | None,
) -> int:
    """Evaluate with an event as a line of JSON for every step, and for the end."""
    reporter = LineReporter()
    try:
        recognizer = load_recognizer()
        for name in data:
            measure(recognizer, name, reporter, alone=alone, pictures=pictures, robustness=robustness, details=details)
    except Fault as fault:
        reporter.write({"event": "failed", "message": str(fault)})
        raise
    except MemoryError as error:
        sentence = "The evaluation failed: there is not enough memory."
        reporter.write({"event": "failed", "message": sentence})
        raise Fault(sentence) from error
    reporter.write({"event": "completed", "message": ""})
    return _EXIT_OK


def _end_with_input() -> None:
    """End the process when its standard input ends; an evaluation has nothing to save then."""

    def listen() -> None:
        # Reading sys.stdin would hold its lock, and the interpreter aborts if it is held when the process ends.
        try:
            while os.read(descriptor, 4096):
                pass
        except OSError:
            return
        os._exit(_EXIT_ABANDONED)

    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        # There is no standard input whose end could be waited for.
        return
    threading.Thread(target=listen, name="listen", daemon=True).start()
