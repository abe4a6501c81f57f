"""How well lines are read: exactly, glyph by glyph, with the confidence that fits, and how fast."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from PIL import Image

from digitvision.faults import Fault
from digitvision.ink.picture import ink_of_picture, picture_from_bytes
from digitvision.progress import ProgressBar
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.models.model_text import table
from digitvision.recognition.prediction import Reading
from digitvision.training.data.dataset import DataFault
from digitvision.training.evaluation.metrics import expected_calibration_error, wilson_interval
from digitvision.training.expression.metrics import edits
from digitvision.training.line.pictures import picture_of_line
from digitvision.training.line.samples import LineSample, read_lines

SIZES: Final = (5, 10, 15, 20, 40, 60, 100)
"""Strokes, or of pictures glyphs, up to which lines are timed together."""

PICTURE_SEED: Final = 5
"""Of the chance by which pictures are made of drawings."""

_WORST: Final = 10
_TOP: Final = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of the lines of up to `strokes` strokes, and more than the size before; of pictures, glyphs."""

    strokes: int
    lines: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class LineEvaluation:
    """What was measured; shares from 0 to 1.

    Attributes:
        right: Lines whose every glyph is right, their order and the spaces between words with them.
        interval: The 95 % interval of `accuracy`.
        in_top: Lines that are among the best five readings.
        character_error: Glyphs to insert, take out or replace, of all that were written.
        sure: Lines that were marked sure, `sure_right` those of them that are right.
        likely: Lines that were not, but are likely, `likely_right` those of them that are right.
        pictures: Whether pictures were read, not strokes.
        timings: By the number of strokes; of pictures, by that of glyphs, with the time to find the ink.
        misread: The most confident wrong readings: truth, answer, confidence.
    """

    model: str
    data: str
    alphabet: str
    lines: int
    right: int
    interval: tuple[float, float]
    in_top: int
    character_error: float
    sure: int
    sure_right: int
    likely: int
    likely_right: int
    calibration_error: float
    pictures: bool
    timings: tuple[Timing, ...]
    misread: tuple[tuple[str, str, float], ...]

    @property
    def accuracy(self) -> float:
        return self.right / self.lines

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            **asdict(self),
            "accuracy": self.accuracy,
            "sure_accuracy": self.sure_right / self.sure if self.sure else None,
            "likely_accuracy": self.likely_right / self.likely if self.likely else None,
        }


def evaluate_lines(
    recognizer: LineRecognizer,
    samples: Sequence[LineSample],
    *,
    data: str,
    alphabet: str | None = None,
    words: WordList | None = None,
    pictures: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> LineEvaluation:
    """Read every line and compare.

    Args:
        pictures: Make pictures of drawings, see `pictures.picture_of_line`, and read these.

    Raises:
        DataFault: A picture cannot be opened.
        ValueError: There is no line.
    """
    if not samples:
        raise ValueError("there is no line to measure with")
    right, confidence, in_top, sure, likely = [], [], 0, [], []
    wrong_glyphs = glyphs = 0
    passed: dict[int, list[float]] = {}
    misread = []
    pictures = pictures or any(sample.picture is not None for sample in samples)
    for done, sample in enumerate(samples, start=1):
        picture = _picture_of(sample, done) if pictures else None
        begun = time.perf_counter()
        if picture is None:
            reading = recognizer.read(sample.drawing, top=_TOP, alphabet=alphabet, words=words)
        else:
            reading = recognizer.read_picture(ink_of_picture(picture), top=_TOP, alphabet=alphabet, words=words)
        count = len(sample.tokens) if pictures else len(sample.drawing.strokes)
        size = next((size for size in SIZES if count <= size), count)
        passed.setdefault(size, []).append((time.perf_counter() - begun) * 1000)
        truth = "".join(sample.tokens)
        right.append(reading.text == truth)
        confidence.append(reading.confidence)
        sure.append(reading.sure)
        likely.append(reading.likely and not reading.sure)
        in_top += any(candidate.text == truth for candidate in reading.candidates)
        glyphs += len(sample.tokens)
        wrong_glyphs += edits(tokens_of(reading), sample.tokens)
        if not right[-1]:
            misread.append((truth, reading.text, reading.confidence))
        if progress is not None:
            progress(done, len(samples))
    good, relied, leaned = np.array(right), np.array(sure), np.array(likely)
    return LineEvaluation(
        model=recognizer.model.name,
        data=data,
        alphabet=alphabet or "numbers, arithmetic and words",
        lines=len(samples),
        right=int(good.sum()),
        interval=wilson_interval(int(good.sum()), len(samples)),
        in_top=in_top,
        character_error=wrong_glyphs / glyphs,
        sure=int(relied.sum()),
        sure_right=int((good & relied).sum()),
        likely=int(leaned.sum()),
        likely_right=int((good & leaned).sum()),
        calibration_error=expected_calibration_error(np.array(confidence), good),
        pictures=pictures,
        timings=tuple(
            Timing(size, len(own), float(np.median(own)), float(np.quantile(own, 0.95)))
            for size, own in sorted(passed.items())
        ),
        misread=tuple(sorted(misread, key=lambda one: -one[2])[:_WORST]),
    )


def _picture_of(sample: LineSample, number: int) -> Image.Image:
    """The line's picture, or one made of its drawing: the same for the same number."""
    if sample.picture is None:
        return picture_of_line(sample.drawing, np.random.default_rng([PICTURE_SEED, number]))
    try:
        return picture_from_bytes(sample.picture, where=f"picture {number}")
    except Fault as fault:
        raise DataFault(str(fault)) from fault


def tokens_of(reading: Reading) -> list[str]:
    """A reading's glyphs, and a space between words."""
    texts = iter([glyph.candidates[0].text for glyph in reading.glyphs])
    tokens, rest = [], reading.text
    while rest:
        token = " " if rest[0] == " " else next(texts, rest[0])
        tokens.append(token)
        rest = rest[len(token) :]
    return tokens


def run_line_evaluation(
    recognizer: LineRecognizer,
    data: Sequence[str],
    *,
    form: Literal["text", "json"],
    alphabet: str | None,
    words: WordList | None = None,
    pictures: bool = False,
) -> None:
    """Evaluate as the command line asks, and print the figures.

    Raises:
        DataFault: Data is missing, damaged, or holds no line.
    """
    found = []
    for path in data:
        bar = ProgressBar("Reading lines")
        samples = read_lines(Path(path), alphabet)
        found.append(
            evaluate_lines(
                recognizer,
                samples,
                data=Path(path).name,
                alphabet=alphabet,
                words=words,
                pictures=pictures,
                progress=bar,
            )
        )
        bar.close()
        if form == "text":
            _put(("\n\n" if len(found) > 1 else "") + line_text(found[-1]))
    if form == "json":
        figures = [item.to_dict() for item in found]
        _put(json.dumps(figures[0] if len(figures) == 1 else figures, ensure_ascii=False))


def line_text(found: LineEvaluation) -> str:
    """All figures in words."""
    kind, unit = ("pictures of lines", "glyphs") if found.pictures else ("lines", "strokes")
    interval = "95 % interval " + " to ".join(_percent(bound) for bound in found.interval)
    head = [
        f"{found.model}, {kind} ({found.alphabet}) on {found.data}: {found.lines:,} lines",
        "",
        f"right lines          {_percent(found.accuracy)}   ({found.lines - found.right:,} wrong; {interval})",
        f"among the best {_TOP}     {_percent(found.in_top / found.lines)}",
        f"character errors     {_percent(found.character_error)}",
        f"sure lines           {_relied(found.sure, found.sure_right, found.lines)}",
        f"likely lines         {_relied(found.likely, found.likely_right, found.lines)}",
        f"calibration error    {_percent(found.calibration_error)}   (expected, 15 bins)",
    ]
    timings = [(f"{unit}, up to", "lines", "median ms", "95 % within ms")]
    timings += [(str(one.strokes), f"{one.lines:,}", f"{one.median:.1f}", f"{one.p95:.1f}") for one in found.timings]
    parts = ["\n".join(head), "\n".join(table(timings, right=frozenset({0, 1, 2, 3})))]
    if found.misread:
        rows = [("truth", "answer", "confidence")]
        rows += [(truth, answer, _percent(confidence)) for truth, answer, confidence in found.misread]
        parts.append("\n".join(table(rows, right=frozenset({2}))))
    return "\n\n".join(parts)


def _relied(marked: int, right: int, lines: int) -> str:
    """How many lines were so marked, and how many of these are right."""
    of_these = f"{_percent(right / marked)} of these right" if marked else "so none can be right"
    return f"{_percent(marked / lines)} of all, {of_these}"


def _put(text: str) -> None:
    sys.stdout.write(text + "\n")


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
