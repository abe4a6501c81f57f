"""What reading answers to other programs: a reading that says all it knows, and shows itself in a notebook."""

from collections.abc import Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition import prediction
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import PAGE, Candidate, GlyphReading, RowReading, Verdict

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value

PICTURE_SIDE: Final = 400
"""Pixels of the longer side of the picture that a notebook shows."""

_PEN_SHARE: Final = 100
"""How many widths of the pen the ink's longer side has in that picture."""


class Reading:
    """The answer for one drawing or picture. It never changes, and can be sent to other processes.

    Attributes:
        found: The reading as the recognizers give it, with layout trees, predictions and the network's input.
        values: What each row comes to, None for a row without a value; one for all that is no page.
        notes: Why each row of a page has no value, empty where there is nothing to say; empty for what is no page.
        strokes: Indices of the strokes that were read; of a row, its own. Empty for a picture.
        box: The rectangle around the ink, in the drawing's unit or in the picture's pixels; None without ink.
        remark: What else is to know of the file that was read, such as which page it was; empty for nothing.
        pages: How many pages can be read of the file; 1 for all that is no file of several.
    """

    def __init__(
        self,
        found: prediction.Reading,
        values: "Sequence[Value | None]" = (),
        notes: Sequence[str] = (),
        *,
        shown: "Drawing | Path | NDArray[np.uint8] | None" = None,
        strokes: Sequence[int] = (),
        box: Bounds | None = None,
        remark: str = "",
        pages: int = 1,
    ) -> None:
        """Take what was found; `shown` is what a notebook's picture is made of, None for none."""
        self.found = found
        self.values = tuple(values)
        self.notes = tuple(notes)
        self.strokes = tuple(strokes)
        self.box = box
        self.remark = remark
        self.pages = pages
        self._shown = shown

    @property
    def reading(self) -> str:
        """How it was read: `character`, `line`, `equation` or `page`."""
        return self.found.mode

    @property
    def text(self) -> str:
        """What a person would type, in Unicode; empty where nothing was read."""
        return self.found.text

    @property
    def latex(self) -> str:
        """The answer as LaTeX, tokens separated by single spaces; empty where nothing was read."""
        return self.found.latex

    @property
    def mathml(self) -> str | None:
        """An equation as a whole `<math>` element; None for any other reading. The rows of a page have their own."""
        if self.found.mode != EQUATION or self.found.tree is None:
            return None
        from digitvision.recognition.expression.notation.mathml import mathml_of

        return mathml_of(self.found.tree)

    @property
    def confidence(self) -> float:
        """The calibrated probability that the text is right, 0 to 1."""
        return self.found.confidence

    @property
    def sure(self) -> bool:
        """Whether the answer can be relied on; False for a scribble, and for what is too close to call."""
        return self.found.sure

    @property
    def verdict(self) -> Verdict:
        """The confidence in words: `sure`, `likely` or `not sure`."""
        return self.found.verdict

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The possible answers, best first, each with text, latex and confidence; empty where nothing was read."""
        return self.found.candidates

    @property
    def glyphs(self) -> tuple[GlyphReading, ...]:
        """The best answer's glyphs, in order, each with text, latex, confidence, candidates, strokes and box."""
        return self.found.glyphs

    @cached_property
    def rows(self) -> "tuple[Reading, ...]":
        """The rows of a page from top to bottom, each a reading with strokes and box; empty for any other reading."""
        rows = self.found.rows
        if not rows:
            return ()
        values, notes = self.values or [None] * len(rows), self.notes or [""] * len(rows)
        drawing = self._shown if isinstance(self._shown, Drawing) else None
        return tuple(_row(row, value, note, drawing) for row, value, note in zip(rows, values, notes, strict=True))

    @property
    def value(self) -> str | None:
        """What arithmetic or an equation comes to, as text; None where it has no value, and for a page."""
        if self.found.mode == PAGE or not self.values or self.values[0] is None:
            return None
        return self.values[0].text

    @property
    def note(self) -> str:
        """Why a row of a page has no value; empty where there is nothing to say."""
        return self.notes[0] if self.found.mode != PAGE and self.notes else ""

    @property
    def error(self) -> str:
        """Why ink that there is was not read, such as too many strokes for a line; empty where it was."""
        return self.found.refusal

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        if self.error:
            return f"<Reading: {self.error}>"
        if not self.candidates:
            return "<Reading: nothing to read>"
        value = "" if self.value is None else f" → {self.value}"
        percent = prediction.percent(self.confidence)
        return f"<Reading {self.text!r}{value}, {self.reading}, {percent}, {self.verdict}>"

    def _repr_latex_(self) -> str | None:
        """Return the answer as a notebook typesets it, with what each row comes to; None without one."""
        if not self.candidates or self.error:
            return None
        from digitvision.recognition.page_export.latex_page import aligned_row
        from digitvision.recognition.page_export.page_rows import written_rows
        from digitvision.recognition.page_export.text_forms import chosen_rows

        # Not the `align*` of documents: some notebooks typeset only what stands between dollars.
        found = written_rows(chosen_rows(self.found, self.values))
        rows = [aligned_row(row, command=r"\boldsymbol") for row in found]
        return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$" if rows else None

    def _repr_svg_(self) -> str | None:
        """Return the ink, and beside it what it comes to; None where it is not known any more."""
        from digitvision.recognition.page_export.page_svg import Background, page_svg
        from digitvision.recognition.page_export.picture_layout import picture_of
        from digitvision.recognition.page_export.text_forms import chosen_rows

        background = None
        drawing = self._shown if isinstance(self._shown, Drawing) else Drawing()
        bounds = drawing.bounds
        if bounds is None:
            try:
                ink = _ink(self._shown)
            except Fault:
                # The picture's file is gone.
                return None
            if ink is None:
                return None
            bounds = Bounds(0.0, 0.0, float(ink.shape[1]), float(ink.shape[0]))
            background = Background(_png(ink), bounds)
        picture = picture_of(
            drawing,
            chosen_rows(self.found, self.values),
            pen_width=max(bounds.longer_side, 1e-9) / _PEN_SHARE,
            background=None if background is None else bounds,
        )
        return page_svg(picture, size=PICTURE_SIDE, background=background, ground="#ffffff")


def _row(row: RowReading, value: "Value | None", note: str, drawing: Drawing | None) -> Reading:
    """Return a row as a reading, which shows its own strokes of the page's drawing; None for a picture."""
    shown = None if drawing is None else Drawing(tuple(drawing.strokes[index] for index in row.strokes))
    return Reading(row.reading, (value,), (note,), shown=shown, strokes=row.strokes, box=row.box)


def _ink(shown: "Drawing | Path | NDArray[np.uint8] | None") -> NDArray[np.uint8] | None:
    """Return a picture's ink, uint8 [H, W], 255 for ink; None where there is no picture.

    Raises:
        Fault: The picture's file cannot be read any more.
    """
    if not isinstance(shown, Path):
        return shown if isinstance(shown, np.ndarray) else None
    from digitvision.ink.picture import ink_of_picture, open_picture

    return np.round(ink_of_picture(open_picture(shown)) * 255).astype(np.uint8)


def _png(ink: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    file = BytesIO()
    Image.fromarray(255 - ink).save(file, "PNG")
    return file.getvalue()
