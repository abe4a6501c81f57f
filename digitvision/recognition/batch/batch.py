"""Read many files: the work of `digitvision recognize` and its output formats."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.stroke import Bounds
from digitvision.recognition.api.loading import Reader
from digitvision.recognition.api.readings import Reading
from digitvision.recognition.prediction import PAGE, Candidate, GlyphReading, percent

LIST_LIMIT: Final = 64 * 2**20
CSV_COLUMNS: Final = (
    "file",
    "reading",
    "text",
    "latex",
    "confidence",
    "sure",
    "candidates",
    "elapsed_ms",
    "error",
    "value",
    "remark",
)

_LIST_MARK: Final = "@"
_NOTHING: Final = "nothing to read"


@dataclass(frozen=True, slots=True)
class FileReading:
    """The result of one file, or of a page of it: a reading and what its rows come to, or why there is none.

    `page` is the number of the page, from 1, of a file with several; 0 for any other file.
    """

    file: str
    reading: Reading | None = None
    error: str = ""
    page: int = 0

    @property
    def remark(self) -> str:
        """What else is to know of the file; empty for nothing."""
        if self.reading is None:
            return f"page {self.page}" if self.page else ""
        return self.reading.remark

    @property
    def told(self) -> tuple[str, ...]:
        """What else is to know of the file, and of each row of a page why it has no value."""
        rows = () if self.reading is None else self.reading.rows
        notes = (f"row {number}: {row.note}" for number, row in enumerate(rows, start=1) if row.note)
        return (*((self.remark,) if self.remark else ()), *notes)

    @property
    def failure(self) -> str:
        """Why the file could not be read, or why its ink was not; empty where nothing failed."""
        return self.error if self.reading is None else self.reading.error


def named_files(names: Iterable[str]) -> Iterator[FileReading | str]:
    """Yield the files that are to be read, in order; `@list.txt` stands for the files that it lists, one a line.

    For a list that cannot be read, a `FileReading` with the error is yielded.
    """
    for name in names:
        if not name.startswith(_LIST_MARK):
            yield name
            continue
        try:
            text = read_limited(Path(name.removeprefix(_LIST_MARK)), LIST_LIMIT).decode("utf-8-sig")
        except Fault as fault:
            yield FileReading(name, error=str(fault))
        except UnicodeDecodeError:
            yield FileReading(name, error=f"“{name.removeprefix(_LIST_MARK)}” is no list of files: it is not text.")
        else:
            yield from (line.strip() for line in text.splitlines() if line.strip())


def read_file(reader: Reader, file: str, *, top: int) -> list[FileReading]:
    """Read one file, an InkML drawing or a picture, page by page; what is wrong becomes the error of its result."""
    first = _read_page(reader, file, top, 1)
    pages = 1 if first.reading is None else first.reading.pages
    if pages == 1:
        return [first]
    others = (replace(_read_page(reader, file, top, page), page=page) for page in range(2, pages + 1))
    return [replace(first, page=1), *others]


def _read_page(reader: Reader, file: str, top: int, page: int) -> FileReading:
    try:
        return FileReading(file, reader.read(file, top=top, page=page))
    except Fault as fault:
        return FileReading(file, error=str(fault))
    except MemoryError:
        return FileReading(file, error=f"There is not enough memory to read “{file}”.")


def text_line(item: FileReading) -> str:
    """Format a result for people: the answer, how sure it is, the other candidates, and what is to know of the file."""
    return _answer_line(item) + (f"  ({item.remark})" if item.remark else "")


def _answer_line(item: FileReading) -> str:
    reading = item.reading
    if reading is None or item.failure:
        return f"{item.file}: {item.failure}"
    if not reading.candidates:
        return f"{item.file}: {_NOTHING}"
    if reading.rows:
        return "\n".join(
            text_line(FileReading(f"{item.file} {number}", row)) for number, row in enumerate(reading.rows, start=1)
        )
    best, *others = reading.candidates
    comes_to = f" → {reading.value}" if reading.value is not None else ""
    line = f"{item.file}: {best.text}{comes_to}  {percent(best.confidence)}  {reading.verdict}"
    if reading.note:
        line += f"  {reading.note}"
    if others:
        line += "  (" + ", ".join(f"{other.text} {percent(other.confidence)}" for other in others) + ")"
    return line


def json_line(pages: Sequence[FileReading]) -> str:
    """Format a file's result for programs: one JSON object, the first page and `pages` where it has several."""
    first, *others = found = [_page(page) for page in pages]
    if others:
        told = f"The file has {len(found)} pages: this is the first one, and “pages” has all of them."
        first = {**first, "remark": told, "pages": found}
    return json.dumps(first, ensure_ascii=False)


def _page(item: FileReading) -> dict[str, Any]:
    reading = item.reading
    page = {"page": item.page} if item.page else {}
    if reading is None:
        return {"file": item.file, **page, "error": item.error}
    refusal = {"error": reading.error} if reading.error else {}
    rows = {"rows": [_row(row) for row in reading.rows]} if reading.reading == PAGE else {}
    return {
        "file": item.file,
        **page,
        "reading": reading.reading,
        "text": reading.text,
        "latex": reading.latex,
        "confidence": _rounded(reading.confidence),
        "sure": reading.sure,
        "candidates": [_candidate(candidate) for candidate in reading.candidates],
        "glyphs": [_glyph(glyph) for glyph in reading.glyphs],
        "value": reading.value,
        "mathml": reading.mathml,
        "elapsed_ms": round(reading.found.elapsed_ms, 3),
        **rows,
        **refusal,
        **({"remark": item.remark} if item.remark else {}),
    }


def csv_line(item: FileReading) -> str:
    """Format a result for spreadsheets: one row under `CSV_COLUMNS`; candidates as `4=0.982 9=0.011`."""
    reading = item.reading
    if reading is None:
        return _csv_row([item.file, *[""] * (len(CSV_COLUMNS) - 4), item.error, "", item.remark])
    return _csv_row(
        [
            item.file,
            reading.reading,
            reading.text,
            reading.latex,
            _rounded(reading.confidence),
            str(reading.sure).lower(),
            " ".join(f"{candidate.text}={_rounded(candidate.confidence)}" for candidate in reading.candidates),
            round(reading.found.elapsed_ms, 3),
            item.failure,
            "\n".join("" if value is None else value.text for value in reading.values),
            "; ".join(item.told),
        ]
    )


def latex_block(item: FileReading) -> str:
    """Format a result for LaTeX with amsmath: an `align*` under a comment with the file's name."""
    from digitvision.recognition.page_export.page_rows import cleaned

    text = _as_page(item, "align")
    told = "".join(f"% {cleaned(sentence)}\n" for sentence in item.told)
    return f"% {cleaned(item.file)}\n{told}" + (text or f"% {cleaned(item.failure or _NOTHING)}\n")


def markdown_block(item: FileReading) -> str:
    """Format a result as Markdown: formulas and words under a heading with the file's name."""
    from digitvision.recognition.page_export.markdown_page import escaped

    text = _as_page(item, "markdown")
    told = "".join(f"*{escaped(sentence)}*\n\n" for sentence in item.told)
    return f"## {escaped(item.file)}\n\n{told}" + (text or f"*{escaped(item.failure or _NOTHING)}*\n")


def _as_page(item: FileReading, form: Literal["align", "markdown"]) -> str:
    """Return a reading as a page; empty where there is nothing that was read."""
    from digitvision.recognition.page_export.text_forms import NothingReadFault, page_text

    try:
        return "" if item.reading is None else page_text(item.reading.found, item.reading.values, form)
    except NothingReadFault:
        return ""


def csv_head() -> str:
    """Return the first row of a table of `csv_line`s."""
    return _csv_row(CSV_COLUMNS)


def _csv_row(cells: Sequence[object]) -> str:
    row = io.StringIO()
    # A line break within a cell is quoted only where the end of a line is one.
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue().removesuffix("\n")


def _glyph(glyph: GlyphReading) -> dict[str, Any]:
    best = glyph.candidates[0]
    return {
        **_candidate(best),
        "strokes": list(glyph.strokes),
        "box": _box(glyph.box),
        "candidates": [_candidate(candidate) for candidate in glyph.candidates],
    }


def _row(row: Reading) -> dict[str, Any]:
    return {
        "reading": row.reading,
        "text": row.text,
        "latex": row.latex,
        "confidence": _rounded(row.confidence),
        "sure": row.sure,
        "strokes": list(row.strokes),
        "box": None if row.box is None else _box(row.box),
        "value": row.value,
        "candidates": [_candidate(candidate) for candidate in row.candidates],
        "glyphs": [_glyph(glyph) for glyph in row.glyphs],
        **({"note": row.note} if row.note else {}),
        **({"error": row.error} if row.error else {}),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {"text": candidate.text, "latex": candidate.latex, "confidence": _rounded(candidate.confidence)}


def _box(box: Bounds) -> list[float]:
    return [round(side, 2) for side in box]


def _rounded(confidence: float) -> float:
    return round(confidence, 6)


def _apart(write: Callable[[FileReading], str]) -> Callable[[Sequence[FileReading]], str]:
    """Return what writes the pages of a file one under the other."""
    return lambda pages: "\n".join(write(page) for page in pages)


FORMS: Final[dict[str, Callable[[Sequence[FileReading]], str]]] = {
    "text": _apart(text_line),
    "jsonl": json_line,
    "csv": _apart(csv_line),
    "latex": _apart(latex_block),
    "markdown": _apart(markdown_block),
}
"""What formats the results of a file's pages, by the names of the command line: as JSON, one line a file."""
