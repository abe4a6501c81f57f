"""The `evaluate` command for pages: rows found, rows read, and what a sure row is worth."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from digitvision.progress import ProgressBar
from digitvision.recognition.models.model_text import table
from digitvision.recognition.page.page_recognizer import PageRecognizer
from digitvision.training.data.dataset import DataFault
from digitvision.training.evaluation.metrics import expected_calibration_error
from digitvision.training.expression.corpus import read_corpus
from digitvision.training.page.pages import Page, PageStyle, drawing_of, pages_of, symbol_height

PAGES: Final = 200
"""Number of pages that are composed of a file's expressions."""

SEED: Final = 2026

STYLES: Final[dict[str, PageStyle]] = {
    "usual": PageStyle(),
    "close": PageStyle(gap=(0.15, 0.5), tilt=3.0),
    "columns": PageStyle(rows=(2, 6), indent=0.5, columns=(1.0, 2.0)),
    "marks": PageStyle(marks=True),
    "results": PageStyle(result=(1.0, 4.5)),
}
"""Pages as people write them, crowded ones that slant, two columns, lines and scribbles among the rows, and results
that stand far on the right of their equality sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEvaluation:
    """The evaluation of pages; shares from 0 to 1.

    Attributes:
        rows: Number of rows; a mark is none.
        rows_found: Share of the rows all of whose strokes, and no others, were found to be a row.
        rows_read: Share of the rows that were found and read exactly; `rows_read_alone` of the same rows by themselves.
        pages_found: Share of the pages all of whose rows were found; `pages_read` of those that were read exactly.
        sure: Share of the rows that were found which are sure; `sure_right` the share of these that are right.
        calibration_error: Expected calibration error of the confidence of all rows that were found.
        row_ms: Median time of reading a row, in milliseconds.
    """

    data: str
    style: str
    pages: int
    rows: int
    rows_found: float
    rows_read: float
    rows_read_alone: float
    pages_found: float
    pages_read: float
    sure: float
    sure_right: float
    calibration_error: float
    row_ms: float

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as JSON for other programs."""
        return {"reading": "page", **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that was found: its confidence, whether it is sure, and whether it is right."""

    confidence: float
    sure: bool
    right: bool


def evaluate_pages(
    recognizer: PageRecognizer, path: Path, style: str = "usual", bar: ProgressBar | None = None
) -> PageEvaluation:
    """Measure how pages are read that are composed of a file's expressions, each by one writer.

    Args:
        recognizer: Reads pages.
        path: The file of expressions.
        style: One of `STYLES`.
        bar: Shows the progress.

    Raises:
        DataFault: The file is missing, damaged, or no writer in it has written enough for a page.
    """
    pages = pages_of(read_corpus(path), PAGES, STYLES[style], SEED)
    if not pages:
        raise DataFault(f"“{path}” has no writer of several expressions whose strokes all belong to symbols.")
    found: list[_Row] = []
    rows = rows_found = rows_read = read_alone = pages_found = pages_read = 0
    times = []
    for number, page in enumerate(pages, start=1):
        reading = recognizer.read(page.drawing, top=1)
        times += [row.reading.elapsed_ms for row in reading.rows]
        truth = _rows_of(page)
        right = [row.strokes in truth and row.reading.latex == truth[row.strokes] for row in reading.rows]
        own = sum(row.strokes in truth for row in reading.rows)
        found += [
            _Row(row.reading.confidence, row.reading.sure, one) for row, one in zip(reading.rows, right, strict=True)
        ]
        rows += len(truth)
        rows_found += own
        rows_read += sum(right)
        read_alone += sum(_read_alone(recognizer, page))
        # A mark is a row of its own, which nobody can read.
        whole = len(reading.rows) == len(np.unique(page.row_of))
        pages_found += whole and own == len(truth)
        pages_read += whole and sum(right) == len(truth)
        if bar is not None:
            bar(number, len(pages))
    sure = [row for row in found if row.sure]
    return PageEvaluation(
        data=path.name,
        style=style,
        pages=len(pages),
        rows=rows,
        rows_found=rows_found / rows,
        rows_read=rows_read / rows,
        rows_read_alone=read_alone / rows,
        pages_found=pages_found / len(pages),
        pages_read=pages_read / len(pages),
        sure=len(sure) / len(found),
        sure_right=sum(row.right for row in sure) / max(len(sure), 1),
        calibration_error=expected_calibration_error(
            np.array([row.confidence for row in found]), np.array([row.right for row in found])
        ),
        row_ms=float(np.median(times)),
    )


def _rows_of(page: Page) -> dict[tuple[int, ...], str]:
    """Return the LaTeX of each row by its strokes."""
    return {
        tuple(np.flatnonzero(page.row_of == number).tolist()): row.tree.latex for number, row in enumerate(page.rows)
    }


def _read_alone(recognizer: PageRecognizer, page: Page) -> list[bool]:
    """Return of each row whether it is read exactly as an equation by itself."""
    return [
        recognizer.equations.read(drawing_of(list(row.points / symbol_height(row))), top=1).latex == row.tree.latex
        for row in page.rows
    ]


def run_page_evaluation(recognizer: PageRecognizer, data: Sequence[str], *, form: Literal["text", "json"]) -> None:
    """Evaluate as the command line asks, and print it.

    Raises:
        Fault: The data cannot be read.
    """
    found = []
    for name in data:
        for style in STYLES:
            bar = ProgressBar("Reading")
            found.append(evaluate_pages(recognizer, Path(name), style, bar))
            bar.close()
            if form == "text":
                sys.stdout.write(_text(found[-1]) + "\n\n")
                sys.stdout.flush()
    if form == "json":
        sys.stdout.write(json.dumps([one.to_dict() for one in found], ensure_ascii=False) + "\n")


def _text(found: PageEvaluation) -> str:
    rows = [
        ("rows found", found.rows_found),
        ("rows read exactly", found.rows_read),
        ("the same rows by themselves", found.rows_read_alone),
        ("pages all of whose rows were found", found.pages_found),
        ("pages read exactly", found.pages_read),
        ("rows that are sure", found.sure),
        ("of these right", found.sure_right),
        ("calibration error", found.calibration_error),
    ]
    head = f"{found.data}, {found.style}: {found.pages} pages of {found.rows} rows, {found.row_ms:.1f} ms a row"
    return "\n".join([head, *table([(name, f"{share * 100:.2f} %") for name, share in rows], right=frozenset({1}))])
