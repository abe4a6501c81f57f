"""Read many files: the work of `digitvision recognize` and its output formats."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.ink.stroke import Bounds
from digitvision.recognition.batch.file_readers import FileReader
from digitvision.recognition.corrections import corrections_of
from digitvision.recognition.expression.notation.mathml import mathml_of
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import PAGE, Candidate, GlyphReading, Reading, RowReading, percent

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value

INK_SUFFIXES: Final = frozenset({".inkml", ".xml"})
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
)

_LIST_MARK: Final = "@"
_NOTHING: Final = "nothing to read"


@dataclass(frozen=True, slots=True)
class FileReading:
    """The result of one file: a reading and what its rows come to, or a message on why there is none."""

    file: str
    reading: Reading | None = None
    error: str = ""
    values: "tuple[Value | None, ...]" = ()
    notes: tuple[str, ...] = ()
    """Why each row of a page has no value, where there is something to say; empty where there is not."""
    remark: str = ""
    """What else is to know of the file; empty for nothing."""

    @property
    def value(self) -> str | None:
        """The value of a reading that is no page, as text; None where it has none."""
        if self.reading is None or self.reading.mode == PAGE or not self.values:
            return None
        return None if self.values[0] is None else self.values[0].text

    @property
    def failure(self) -> str:
        """Why the file could not be read, or why its ink was not; empty where nothing failed."""
        return self.error if self.reading is None else self.reading.refusal


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


def read_file(reader: FileReader, file: str, *, top: int) -> FileReading:
    """Read one file, an InkML drawing or a picture."""
    path = Path(file)
    try:
        if path.suffix.lower() in INK_SUFFIXES:
            from digitvision.ink.inkml import read_inkml

            document = read_inkml(path)
            reading = reader.read_drawing(document.drawing, corrections_of(document.annotations), top)
            return FileReading(file, reading, values=reader.values_of(reading), notes=reader.notes_of(reading))
        from digitvision.ink.picture import ink_of_picture, open_picture, pages_of

        image = open_picture(path)
        remark = f"the first of {pages_of(image)} pages" if pages_of(image) > 1 else ""
        reading = reader.read_picture(ink_of_picture(image), top)
        values, notes = reader.values_of(reading), reader.notes_of(reading)
        return FileReading(file, reading, values=values, notes=notes, remark=remark)
    except Fault as fault:
        return FileReading(file, error=str(fault))


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
        rows = zip(reading.rows, item.values, item.notes or [""] * len(reading.rows), strict=True)
        return "\n".join(
            text_line(FileReading(f"{item.file} {number}", row.reading, values=(value,), notes=(note,)))
            for number, (row, value, note) in enumerate(rows, start=1)
        )
    best, *others = reading.candidates
    comes_to = f" → {item.value}" if item.value is not None else ""
    line = f"{item.file}: {best.text}{comes_to}  {percent(best.confidence)}  {reading.verdict}"
    if any(item.notes):
        line += f"  {item.notes[0]}"
    if others:
        line += "  (" + ", ".join(f"{other.text} {percent(other.confidence)}" for other in others) + ")"
    return line


def json_line(item: FileReading) -> str:
    """Format a result for programs: one JSON object."""
    reading = item.reading
    if reading is None:
        return json.dumps({"file": item.file, "error": item.error}, ensure_ascii=False)
    refusal = {"error": reading.refusal} if reading.refusal else {}
    rows = {}
    if reading.mode == PAGE:
        found = zip(reading.rows, item.values, item.notes or [""] * len(reading.rows), strict=True)
        rows = {"rows": [_row(row, value, note) for row, value, note in found]}
    return json.dumps(
        {
            "file": item.file,
            "reading": reading.mode,
            "text": reading.text,
            "latex": reading.latex,
            "confidence": _rounded(reading.confidence),
            "sure": reading.sure,
            "candidates": [_candidate(candidate) for candidate in reading.candidates],
            "glyphs": [_glyph(glyph) for glyph in reading.glyphs],
            "value": item.value,
            "mathml": mathml_of(reading.tree) if reading.mode == EQUATION and reading.tree is not None else None,
            "elapsed_ms": round(reading.elapsed_ms, 3),
            **rows,
            **refusal,
            **({"remark": item.remark} if item.remark else {}),
        },
        ensure_ascii=False,
    )


def csv_line(item: FileReading) -> str:
    """Format a result for spreadsheets: one row under `CSV_COLUMNS`; candidates as `4=0.982 9=0.011`."""
    reading = item.reading
    if reading is None:
        return _csv_row([item.file, *[""] * (len(CSV_COLUMNS) - 3), item.error, ""])
    return _csv_row(
        [
            item.file,
            reading.mode,
            reading.text,
            reading.latex,
            _rounded(reading.confidence),
            str(reading.sure).lower(),
            " ".join(f"{candidate.text}={_rounded(candidate.confidence)}" for candidate in reading.candidates),
            round(reading.elapsed_ms, 3),
            item.failure,
            "\n".join("" if value is None else value.text for value in item.values),
        ]
    )


def latex_block(item: FileReading) -> str:
    """Format a result for LaTeX with amsmath: an `align*` under a comment with the file's name."""
    from digitvision.recognition.page_export.page_rows import cleaned

    text = _as_page(item, "align")
    return f"% {cleaned(item.file)}\n" + (text or f"% {cleaned(item.failure or _NOTHING)}\n")


def markdown_block(item: FileReading) -> str:
    """Format a result as Markdown: formulas and words under a heading with the file's name."""
    from digitvision.recognition.page_export.markdown_page import escaped

    text = _as_page(item, "markdown")
    return f"## {escaped(item.file)}\n\n" + (text or f"*{escaped(item.failure or _NOTHING)}*\n")


def _as_page(item: FileReading, form: Literal["align", "markdown"]) -> str:
    """Return a reading as a page; empty where there is nothing that was read."""
    from digitvision.recognition.page_export.text_forms import NothingReadFault, page_text

    try:
        return "" if item.reading is None else page_text(item.reading, item.values, form)
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


def _row(row: RowReading, value: "Value | None", note: str) -> dict[str, Any]:
    reading = row.reading
    return {
        "reading": reading.mode,
        "text": reading.text,
        "latex": reading.latex,
        "confidence": _rounded(reading.confidence),
        "sure": reading.sure,
        "strokes": list(row.strokes),
        "box": _box(row.box),
        "value": None if value is None else value.text,
        "candidates": [_candidate(candidate) for candidate in reading.candidates],
        "glyphs": [_glyph(glyph) for glyph in reading.glyphs],
        **({"note": note} if note else {}),
        **({"error": reading.refusal} if reading.refusal else {}),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {"text": candidate.text, "latex": candidate.latex, "confidence": _rounded(candidate.confidence)}


def _box(box: Bounds) -> list[float]:
    return [round(side, 2) for side in box]


def _rounded(confidence: float) -> float:
    return round(confidence, 6)


FORMS: Final[dict[str, Callable[[FileReading], str]]] = {
    "text": text_line,
    "jsonl": json_line,
    "csv": csv_line,
    "latex": latex_block,
    "markdown": markdown_block,
}
"""What formats a result, by the names of the command line."""
