"""In which form something is exported, and how."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

ExportForm = Literal["png", "svg", "pdf", "latex", "markdown", "mathml", "csv"]
EXPORT_FORMS: Final[tuple[ExportForm, ...]] = get_args(ExportForm)

PICTURED: Final[frozenset[ExportForm]] = frozenset({"png", "svg", "pdf"})
"""Forms that show the ink; the others hold what was read."""

SUFFIXES: Final[dict[ExportForm, str]] = {
    "png": ".png",
    "svg": ".svg",
    "pdf": ".pdf",
    "latex": ".tex",
    "markdown": ".md",
    "mathml": ".mml",
    "csv": ".csv",
}

SheetSize = Literal["a4", "letter", "own"]
SHEET_SIZES: Final[tuple[SheetSize, ...]] = get_args(SheetSize)

DEFAULT_SIZE_PX: Final = 1024


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """How to export something; each form takes what it needs.

    Attributes:
        form: The form.
        size_px: Longer side of a PNG or SVG in pixels.
        transparent: Whether the ground of a PNG is transparent instead of white.
        values: Whether pictures show what was computed, beside the ink.
        paper: Pattern of the paper that pictures show: `ruled`, `squared` or `dotted`; empty for none.
        sheet: Size of a PDF's sheets; `own` is one sheet as large as what is on it.
    """

    form: ExportForm
    size_px: int = DEFAULT_SIZE_PX
    transparent: bool = False
    values: bool = True
    paper: str = ""
    sheet: SheetSize = "a4"


def form_of_suffix(suffix: str) -> ExportForm | None:
    """Return the form of files with this suffix, such as `.pdf`; None for a suffix of no form."""
    return next((form for form, own in SUFFIXES.items() if own == suffix.lower()), None)
