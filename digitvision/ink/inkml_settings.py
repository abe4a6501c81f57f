"""How a drawing is read and looked at, as annotations of its InkML file.

Each is an annotation of the file itself, whose type begins as this program's own: programs that do not know it pass
over it, and so do earlier versions of this one. A value that cannot be understood is left out.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 5.1 (annotations).
"""

import math
from collections.abc import Mapping
from html import escape
from typing import Final

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.inkml_annotations import LONGEST_NOTE

_READING, _ALPHABET, _PAPER, _VIEW = "reading", "alphabet", "paper", "view"
_LARGEST: Final = 1e9
"""Largest coordinate of a view, as of a sample."""

_ZOOMS: Final = (1e-6, 1e6)
"""Zooms beyond these are no view of anything; a canvas may keep to less."""


def settings_text(settings: DrawingSettings, *, mark_type: str) -> str:
    """Return the annotations that hold the settings; an empty text where they say nothing.

    Args:
        settings: The settings.
        mark_type: Type of the annotation that marks the file as this program's; those of the settings begin with it.
    """
    values = {_READING: settings.reading, _ALPHABET: settings.alphabet, _PAPER: settings.paper}
    if settings.view is not None:
        view = settings.view
        values[_VIEW] = " ".join(f"{number:.6g}" for number in (view.zoom, view.x, view.y))
    return "".join(
        f'<annotation type="{mark_type}-{kind}">{escape(text, quote=False)}</annotation>\n'
        for kind, text in values.items()
        if text.isprintable() and 0 < len(text.strip()) == len(text) <= LONGEST_NOTE
    )


def settings_of(notes: Mapping[str, str], *, mark_type: str) -> DrawingSettings:
    """Return the settings that a file's own annotations hold.

    Args:
        notes: The texts of the annotations, by their types.
        mark_type: As of `settings_text`.
    """

    def text(kind: str) -> str:
        found = notes.get(f"{mark_type}-{kind}", "").strip()
        return found if found.isprintable() and len(found) <= LONGEST_NOTE else ""

    return DrawingSettings(text(_READING), text(_ALPHABET), text(_PAPER), _view_of(text(_VIEW)))


def _view_of(text: str) -> View | None:
    try:
        zoom, x, y = map(float, text.split())
    except ValueError:
        return None
    in_range = _ZOOMS[0] <= zoom <= _ZOOMS[1] and all(math.isfinite(n) and abs(n) <= _LARGEST for n in (x, y))
    return View(zoom, x, y) if in_range else None
