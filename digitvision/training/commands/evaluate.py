"""The `evaluate` command: measures, and tells it to people and to programs."""

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
_TOLD_EVERY_S: Final = 0.1


class Teller(Protocol):
    """Told how far the work is."""

    def step(self, step: Step) -> Callable[[int, int], None]:
        """A new step begins; the result is told how much of it is done, of how much."""

    def end(self) -> None:
        """All is done."""


class Bars:
    """For people: a bar a step, on a terminal."""

    def __init__(self) -> None:
        self._bar: ProgressBar | None = None

    def step(self, step: Step) -> Callable[[int, int], None]:
        self.end()
        self._bar = ProgressBar(_TITLES[step])
        return self._bar

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()


class Lines:
    """For programs: one JSON object a line on standard output, ten a second at most."""

    def __init__(self) -> None:
        self._last = 0.0

    def step(self, step: Step) -> Callable[[int, int], None]:
        self.say({"event": "progress", "step": step, "done": 0, "of": 0})

        def tell(done: int, total: int) -> None:
            now = time.monotonic()
            if now - self._last >= _TOLD_EVERY_S or done == total:
                self._last = now
                self.say({"event": "progress", "step": step, "done": done, "of": total})

        return tell

    def end(self) -> None:
        return

    def say(self, event: dict[str, Any]) -> None:
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
        load_recognizer: Gives the model to measure, within its alphabet.
        data: Names or paths of the data.
        form: Of the figures on standard output.
        alone: Show each symbol of an expression without what lies around it.
        pictures: Draw pictures of a canvas with each glyph of strokes, see `CanvasPictures`, and read these.
        robustness: Measure that too, which takes minutes.
        details: A file for the figures and the misread samples; of the last data, where there are several.
        progress: A bar for people; or JSON lines for programs, which then take the place of the figures.
        stop_at_eof: The end of standard input ends the process: whoever waited for the figures is gone.

    Returns:
        The process's exit code.

    Raises:
        Fault: Something in the input failed; with JSON lines, it has been told there too.
    """
    if stop_at_eof:
        _end_with_input()
    if progress == "jsonl":
        return _tell_lines(load_recognizer, data, alone, pictures, robustness, details)
    recognizer = load_recognizer()
    found = []
    for name in data:
        found.append(
            measure(recognizer, name, Bars(), alone=alone, pictures=pictures, robustness=robustness, details=details)
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
    teller: Teller,
    *,
    alone: bool = False,
    pictures: bool = False,
    robustness: bool = False,
    details: Path | None = None,
) -> Evaluation:
    """Measure a recognizer on data of this name or path.

    Raises:
        Fault: The data cannot be read or the details not written.
    """
    glyphs, dataset = _load(name, teller, alone=alone, pictures=pictures)
    found = evaluate(recognizer, dataset, teller.step("answering"))
    card = recognizer.model.card
    junk = junk_of(glyphs, recognizer.labels, card)
    known = found.outcomes.answered
    if found.with_context:
        # Junk have nothing around them: the glyphs that they are compared with must not have either.
        known = answers_of(recognizer, replace(dataset, context=None), found.outcomes.rows)
    rejection = measure_rejection(recognizer, known, junk, teller.step("strangers"))
    found = replace(found, rejection=rejection)
    if robustness:
        truth = label_indices(glyphs, recognizer.labels)
        changes = measure_robustness(recognizer, glyphs, truth, teller.step("robustness"))
        found = replace(found, robustness=changes)
    teller.end()
    if details is not None:
        write_details(details, found, dataset, recognizer.model)
    return found


def _put(text: str) -> None:
    """A line on standard output, at once: somebody may be waiting for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _load(name: str, teller: Teller, *, alone: bool, pictures: bool) -> tuple[Glyphs, Dataset]:
    """The data as it was written and as the network sees it; of MNIST, the test part."""
    if name == MNIST:
        dataset = load_mnist("test")
        rasters = list(dataset.rasters)
        return Glyphs(dataset.name, rasters, dataset.labels, dataset.label_names, licence=dataset.licence), dataset
    glyphs = load_glyphs(name, teller.step("reading"))
    if pictures:
        glyphs = replace(glyphs, ink=CanvasPictures(glyphs.ink))
    if alone or pictures:
        glyphs = replace(glyphs, context=None)
    return glyphs, prepare(glyphs, teller.step("reading"))


def _tell_lines(
    load_recognizer: Callable[[], Recognizer],
    data: Sequence[str],
    alone: bool,
    pictures: bool,
    robustness: bool,
    details: Path | None,
) -> int:
    lines = Lines()
    try:
        recognizer = load_recognizer()
        for name in data:
            measure(recognizer, name, lines, alone=alone, pictures=pictures, robustness=robustness, details=details)
    except Fault as fault:
        lines.say({"event": "failed", "message": str(fault)})
        raise
    except MemoryError as error:
        sentence = "The evaluation failed: there is not enough memory."
        lines.say({"event": "failed", "message": sentence})
        raise Fault(sentence) from error
    lines.say({"event": "completed", "message": ""})
    return _EXIT_OK


def _end_with_input() -> None:
    """End the process with its standard input. An evaluation leaves nothing half done that it would have to save."""

    def listen() -> None:
        # Not through sys.stdin: its lock, held by a reading thread, would abort the interpreter on its way out.
        try:
            while os.read(descriptor, 4096):
                pass
        except OSError:
            return
        os._exit(_EXIT_ABANDONED)

    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        # No standard input at all: nobody who could go away.
        return
    threading.Thread(target=listen, name="listen", daemon=True).start()
