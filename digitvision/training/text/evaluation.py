"""Measuring the reader of words and lines: wrong characters and words, digits in lines, right lines, time."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.progress import ProgressBar
from digitvision.recognition.models.model_text import table
from digitvision.recognition.text.decoding import greedy_text
from digitvision.recognition.text.reader import TextReader
from digitvision.training.data.dataset import DataFault
from digitvision.training.expression.metrics import edits
from digitvision.training.text.corpus import InkLine, read_raw_lines

_WORST: Final = 10


@dataclass(frozen=True, slots=True)
class TextErrors:
    """What is wrong in readings; shares from 0 up.

    Attributes:
        character_errors: Characters to insert, remove or replace, as a share of the right texts' characters.
        word_errors: Likewise of words.
        lines_right: Share of the lines that are right as a whole.
        digits_right: Share of the right texts' digits that stand in the reading at their place; not a number where
            there is none.
    """

    character_errors: float
    word_errors: float
    lines_right: float
    digits_right: float


@dataclass(frozen=True, slots=True)
class TextFigures:
    """The figures of a measurement.

    Attributes:
        lines: Number of lines.
        characters, words, digits: Their numbers in the right texts.
        alone: What is wrong where the network is believed alone, its most probable character at each place.
        with_language: What is wrong where texts are weighed by what is usual.
        milliseconds: Median time of a reading with language; `p95` the 95th percentile.
        examples: Right text and reading with language of the lines with the largest share of errors.
    """

    lines: int
    characters: int
    words: int
    digits: int
    alone: TextErrors
    with_language: TextErrors
    milliseconds: float
    p95: float
    examples: tuple[tuple[str, str], ...]


def strokes_of(line: InkLine) -> list[Stroke]:
    """Return the strokes of a line as a reader takes them."""
    return [
        Stroke(np.column_stack([path, np.zeros(len(path)), np.full(len(path), NO_PRESSURE)])) for path in line.paths
    ]


def measure_reader(
    reader: TextReader,
    lines: Sequence[tuple[Sequence[Stroke], str]],
    progress: Callable[[int, int], None] | None = None,
) -> TextFigures:
    """Read lines and compare the readings with the right texts.

    Args:
        reader: What reads.
        lines: Strokes and right text of each line.
        progress: Called with the number of lines that are read, and of all.

    Raises:
        ValueError: There is no line.
    """
    if not lines:
        raise ValueError("there is no line to measure with")
    alone, spoken, times = [], [], []
    for number, (strokes, _) in enumerate(lines, start=1):
        started = time.perf_counter()
        answer = reader.answer(strokes)
        spoken.append("" if answer is None else reader.reading_of(answer).text)
        times.append((time.perf_counter() - started) * 1000)
        alone.append("" if answer is None else greedy_text(answer))
        if progress is not None:
            progress(number, len(lines))
    truths = [text for _, text in lines]
    shares = [edits(list(found), list(truth)) / max(len(truth), 1) for found, truth in zip(spoken, truths, strict=True)]
    worst = np.argsort([-share for share in shares], kind="stable")[:_WORST].tolist()
    return TextFigures(
        lines=len(lines),
        characters=sum(len(text) for text in truths),
        words=sum(len(text.split()) for text in truths),
        digits=sum(character.isdigit() for text in truths for character in text),
        alone=text_errors(alone, truths),
        with_language=text_errors(spoken, truths),
        milliseconds=float(np.median(times)),
        p95=float(np.percentile(times, 95)),
        examples=tuple((truths[index], spoken[index]) for index in worst if shares[index] > 0),
    )


def text_errors(found: Sequence[str], truths: Sequence[str]) -> TextErrors:
    """Compare readings with the right texts.

    Raises:
        ValueError: There is no text.
    """
    if not truths:
        raise ValueError("there is no text to compare with")
    pairs = list(zip(found, truths, strict=True))
    digits = [digits_right(text, truth) for text, truth in pairs]
    all_digits = sum(character.isdigit() for truth in truths for character in truth)
    return TextErrors(
        sum(edits(list(text), list(truth)) for text, truth in pairs) / max(sum(map(len, truths)), 1),
        sum(edits(text.split(), truth.split()) for text, truth in pairs)
        / max(sum(len(truth.split()) for truth in truths), 1),
        sum(text == truth for text, truth in pairs) / len(pairs),
        sum(digits) / all_digits if all_digits else float("nan"),
    )


def digits_right(found: str, truth: str) -> int:
    """Return how many digits of the right text stand at their place in a reading, by the parts common to both."""
    if not any(character.isdigit() for character in truth):
        return 0
    matcher = SequenceMatcher(None, truth, found, autojunk=False)
    return sum(
        truth[place].isdigit()
        for block in matcher.get_matching_blocks()
        for place in range(block.a, block.a + block.size)
    )


def run_text_evaluation(reader: TextReader, data: Iterable[str], *, form: Literal["text", "json"]) -> None:
    """Evaluate as the command line asks, and print the figures of each source.

    Args:
        reader: What reads.
        data: Paths of files of lines (``.jsonl.xz``) or of words and strings (``.npz``).
        form: Output format of the figures.

    Raises:
        DataFault: Data is missing, damaged, or holds no line.
    """
    found: list[dict[str, Any]] = []
    for path in data:
        lines = [(strokes_of(line), line.text) for line in read_raw_lines(Path(path))]
        if not lines:
            raise DataFault(f"“{path}” holds no line.")
        bar = ProgressBar("Reading lines")
        figures = measure_reader(reader, lines, bar)
        bar.close()
        found.append({"data": Path(path).name, **asdict(figures)})
        if form == "text":
            sys.stdout.write(("\n\n" if len(found) > 1 else "") + figures_text(Path(path).name, figures) + "\n")
    if form == "json":
        content = json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False).replace("NaN", "null")
        sys.stdout.write(content + "\n")


def figures_text(data: str, found: TextFigures) -> str:
    """Format all figures as text."""
    rows: list[tuple[str, ...]] = [("", "characters wrong", "words wrong", "lines right", "digits right")]
    for name, errors in (("network alone", found.alone), ("with language", found.with_language)):
        digits = _percent(errors.digits_right) if found.digits else "none"
        shares = (errors.character_errors, errors.word_errors, errors.lines_right)
        rows.append((name, *(_percent(share) for share in shares), digits))
    head = (
        f"{data}: {found.lines:,} lines, {found.characters:,} characters, {found.words:,} words, "
        f"{found.digits:,} digits; {found.milliseconds:.1f} ms a line (95 % within {found.p95:.1f})"
    )
    parts = [head, "\n".join(table(rows, right=frozenset({1, 2, 3, 4})))]
    if found.examples:
        parts.append("\n".join(table([("truth", "reading"), *found.examples])))
    return "\n\n".join(parts)


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
