"""Evaluating the reading of lines: right lines, errors of characters, calibration of the confidence, and speed."""

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
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE
from digitvision.training.data.dataset import DataFault
from digitvision.training.evaluation.metrics import expected_calibration_error, wilson_interval
from digitvision.training.expression.metrics import edits
from digitvision.training.line.pictures import picture_of_line
from digitvision.training.line.samples import LineSample, read_lines
from digitvision.training.text.evaluation import digits_right

SIZES: Final = (5, 10, 15, 20, 40, 60, 100)
"""Largest numbers of strokes, or of glyphs in pictures, of the lines that are timed together."""

PICTURE_SEED: Final = 5
"""Seed of the random numbers with which pictures are made of drawings."""

_WORST: Final = 10
_TOP: Final = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of the lines of a range of sizes.

    Attributes:
        strokes: Largest number of strokes, or of glyphs in pictures; the smallest is above the size before.
        lines: Number of lines.
        median: Median time in milliseconds.
        p95: 95th percentile of the time in milliseconds.
    """

    strokes: int
    lines: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class LineEvaluation:
    """The figures of an evaluation of lines; shares are from 0 to 1.

    Attributes:
        model: Name of the model.
        data: Name of the data.
        alphabet: Name of the alphabet that was read within.
        lines: Number of lines.
        right: Number of lines whose text is right with all glyphs and spaces.
        interval: The 95 % confidence interval of `accuracy`.
        in_top: Number of lines whose text is among the best five candidates.
        character_error: Glyphs, and spaces, to insert, delete or replace, as a share of all of them.
        word_error: Words to insert, delete or replace, as a share of all words.
        digits: Number of digits in lines that have letters too.
        digits_right: Number of these that stand in the reading at their place.
        sure: Number of sure readings.
        sure_right: Number of right ones among them.
        likely: Number of readings that are likely and not sure.
        likely_right: Number of right ones among them.
        calibration_error: Expected calibration error of the confidence.
        pictures: Whether pictures were read instead of strokes.
        timings: Times by the number of strokes; of pictures, by the number of glyphs, with the time to find the ink.
        misread: The most confident wrong readings: right text, reading and confidence.
    """

    model: str
    data: str
    alphabet: str
    lines: int
    right: int
    interval: tuple[float, float]
    in_top: int
    character_error: float
    word_error: float
    digits: int
    digits_right: int
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
        """Share of right lines."""
        return self.right / self.lines

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by stable keys, ready for JSON."""
        return {
            **asdict(self),
            "accuracy": self.accuracy,
            "digits_accuracy": self.digits_right / self.digits if self.digits else None,
            "sure_accuracy": self.sure_right / self.sure if self.sure else None,
            "likely_accuracy": self.likely_right / self.likely if self.likely else None,
        }


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The reading of one line, and what it is compared with.

    Attributes:
        truth: The right text.
        reading: The reading.
        in_top: Whether the right text is among the best five candidates.
        glyphs: Number of glyphs and spaces of the line.
        wrong_glyphs: Glyphs to insert, delete or replace.
        size: The size of `SIZES` under which the line is timed.
        milliseconds: Time of the reading.
    """

    truth: str
    reading: Reading
    in_top: bool
    glyphs: int
    wrong_glyphs: int
    size: int
    milliseconds: float

    @property
    def is_right(self) -> bool:
        """Whether the whole line is right."""
        return self.reading.text == self.truth

    @property
    def wrong_words(self) -> int:
        """Words to insert, delete or replace."""
        return edits(self.reading.text.split(), self.truth.split())

    @property
    def digits(self) -> int:
        """Number of digits; 0 in a line without letters, which is a number or arithmetic."""
        return sum(map(str.isdigit, self.truth)) if any(map(str.isalpha, self.truth)) else 0


def evaluate_lines(
    recognizer: LineRecognizer,
    samples: Sequence[LineSample],
    *,
    data: str,
    alphabet: str | None = None,
    words: WordList | None = None,
    pictures: bool = False,
    language: str = DEFAULT_LANGUAGE,
    progress: Callable[[int, int], None] | None = None,
) -> LineEvaluation:
    """Read every line and compare the reading with its text.

    Args:
        recognizer: The recognizer to measure.
        samples: The lines.
        data: Name of the data.
        alphabet: Name of the alphabet to read within; the recognizer's kinds of lines if None.
        words: English words that are preferred; None for none.
        pictures: Whether to make pictures of drawings, see `pictures.picture_of_line`, and read these.
        language: Whose words are expected, see `LineRecognizer.read`; it means nothing for pictures.
        progress: Called with the number of lines that are read.

    Raises:
        DataFault: A picture cannot be opened.
        ValueError: There is no line.
    """
    if not samples:
        raise ValueError("there is no line to measure with")
    pictures = pictures or any(sample.picture is not None for sample in samples)

    def read(number: int) -> _Outcome:
        found = _read_line(
            recognizer,
            samples[number - 1],
            number,
            pictures=pictures,
            alphabet=alphabet,
            words=words,
            language=language,
        )
        if progress is not None:
            progress(number, len(samples))
        return found

    return _figures([read(number) for number in range(1, len(samples) + 1)], recognizer, data, alphabet, pictures)


def _figures(
    outcomes: Sequence[_Outcome], recognizer: LineRecognizer, data: str, alphabet: str | None, pictures: bool
) -> LineEvaluation:
    """Return the figures of these outcomes."""
    is_right = np.array([outcome.is_right for outcome in outcomes])
    is_sure = np.array([outcome.reading.sure for outcome in outcomes])
    is_likely = np.array([outcome.reading.likely for outcome in outcomes]) & ~is_sure
    confidence = np.array([outcome.reading.confidence for outcome in outcomes])
    return LineEvaluation(
        model=recognizer.model.name,
        data=data,
        alphabet=alphabet or "numbers, arithmetic and words",
        lines=len(outcomes),
        right=int(is_right.sum()),
        interval=wilson_interval(int(is_right.sum()), len(outcomes)),
        in_top=sum(outcome.in_top for outcome in outcomes),
        character_error=sum(item.wrong_glyphs for item in outcomes) / sum(item.glyphs for item in outcomes),
        word_error=sum(item.wrong_words for item in outcomes)
        / max(sum(len(item.truth.split()) for item in outcomes), 1),
        digits=sum(item.digits for item in outcomes),
        digits_right=sum(digits_right(item.reading.text, item.truth) for item in outcomes if item.digits),
        sure=int(is_sure.sum()),
        sure_right=int((is_right & is_sure).sum()),
        likely=int(is_likely.sum()),
        likely_right=int((is_right & is_likely).sum()),
        calibration_error=expected_calibration_error(confidence, is_right),
        pictures=pictures,
        timings=_timings(outcomes),
        misread=_most_confident_mistakes(outcomes),
    )


def _read_line(
    recognizer: LineRecognizer,
    sample: LineSample,
    number: int,
    *,
    pictures: bool,
    alphabet: str | None,
    words: WordList | None,
    language: str,
) -> _Outcome:
    """Read one line; `number` is its number in the data, from 1 on."""
    picture = _picture_of(sample, number) if pictures else None
    started = time.perf_counter()
    if picture is None:
        reading = recognizer.read(sample.drawing, top=_TOP, alphabet=alphabet, words=words, language=language)
    else:
        reading = recognizer.read_picture(ink_of_picture(picture), top=_TOP, alphabet=alphabet, words=words)
    milliseconds = (time.perf_counter() - started) * 1000
    count = len(sample.tokens) if pictures else len(sample.drawing.strokes)
    truth = "".join(sample.tokens)
    return _Outcome(
        truth=truth,
        reading=reading,
        in_top=any(candidate.text == truth for candidate in reading.candidates),
        glyphs=len(sample.tokens),
        wrong_glyphs=edits(tokens_of(reading), sample.tokens),
        size=next((size for size in SIZES if count <= size), count),
        milliseconds=milliseconds,
    )


def _timings(outcomes: Sequence[_Outcome]) -> tuple[Timing, ...]:
    by_size: dict[int, list[float]] = {}
    for outcome in outcomes:
        by_size.setdefault(outcome.size, []).append(outcome.milliseconds)
    return tuple(
        Timing(size, len(times), float(np.median(times)), float(np.quantile(times, 0.95)))
        for size, times in sorted(by_size.items())
    )


def _most_confident_mistakes(outcomes: Sequence[_Outcome]) -> tuple[tuple[str, str, float], ...]:
    """Return right text, reading and confidence of wrong readings, the most confident first."""
    wrong = sorted((item for item in outcomes if not item.is_right), key=lambda item: -item.reading.confidence)
    return tuple((item.truth, item.reading.text, item.reading.confidence) for item in wrong[:_WORST])


def _picture_of(sample: LineSample, number: int) -> Image.Image:
    """Open the picture of a line, or make one of its drawing, which is the same for the same number."""
    if sample.picture is None:
        return picture_of_line(sample.drawing, np.random.default_rng([PICTURE_SEED, number]))
    try:
        return picture_from_bytes(sample.picture, where=f"picture {number}")
    except Fault as fault:
        raise DataFault(str(fault)) from fault


def tokens_of(reading: Reading) -> list[str]:
    """Return the texts of a reading's glyphs, with a space between words."""
    texts = iter(
        [text for glyph in reading.glyphs for text in (glyph.text.replace(" ", "") if glyph.is_word else [glyph.text])]
    )
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
    language: str = DEFAULT_LANGUAGE,
) -> None:
    """Evaluate as the command line asks, and print the figures.

    Args:
        recognizer: The recognizer to measure.
        data: Paths of the data.
        form: Output format of the figures.
        alphabet, words, pictures, language: See `evaluate_lines`.

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
                language=language,
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
    """Format all figures as text."""
    kind, unit = ("pictures of lines", "glyphs") if found.pictures else ("lines", "strokes")
    interval = "95 % interval " + " to ".join(_percent(bound) for bound in found.interval)
    head = [
        f"{found.model}, {kind} ({found.alphabet}) on {found.data}: {found.lines:,} lines",
        "",
        f"right lines          {_percent(found.accuracy)}   ({found.lines - found.right:,} wrong; {interval})",
        f"among the best {_TOP}     {_percent(found.in_top / found.lines)}",
        f"character errors     {_percent(found.character_error)}",
        f"word errors          {_percent(found.word_error)}",
        *_digits_in_lines(found),
        f"sure lines           {_share_and_accuracy(found.sure, found.sure_right, found.lines)}",
        f"likely lines         {_share_and_accuracy(found.likely, found.likely_right, found.lines)}",
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


def _digits_in_lines(found: LineEvaluation) -> list[str]:
    """Return the line on digits beside letters; nothing where there are none."""
    if not found.digits:
        return []
    return [f"digits among letters {_percent(found.digits_right / found.digits)} of {found.digits:,} right"]


def _share_and_accuracy(marked: int, right: int, lines: int) -> str:
    """Format the share of lines that are marked as sure or likely, and the share of right ones among them."""
    of_these = f"{_percent(right / marked)} of these right" if marked else "so none can be right"
    return f"{_percent(marked / lines)} of all, {of_these}"


def _put(text: str) -> None:
    sys.stdout.write(text + "\n")


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
