"""Brushes: what a stroke looks like, and whether it is ink to read at all.

A highlighter's stroke, a stroke that is transparent and one in the paper's colour are seen, or not, but not read; an
eraser's stroke takes ink away. InkML defines the names of a brush's properties, but not how to tell these kinds; what
programs write is the property `rasterOp`, the transparency, the colour, the tip and the brush's name.
Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 4.5 (brushes).
"""

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from digitvision.ink.foreign.units import MILLIMETRES, length_of, number

Properties = tuple[tuple[str, str, str], ...]
"""Name, value and units of each of a brush's properties."""

MOST_PROPERTIES: Final = 50
LONGEST_VALUE: Final = 200

_ERASER: Final = re.compile(r"eras(?:e|er|ing)|rubber|radier", re.IGNORECASE)
_HIGHLIGHTER: Final = re.compile(r"high-?_?light|marker|textmarker", re.IGNORECASE)
_DECIMALS: Final = re.compile(r"[-+]?[0-9]*\.[0-9]+|[-+]?[0-9]+")
_FUNCTION: Final = re.compile(r"(?:rgb|hsl|hsv)a?\s*\(([^()]*)\)")

_NAMING: Final = frozenset({"name", "type", "tool", "pentype", "penstyle", "style"})
"""Properties whose values name what a brush is."""

_WHITE: Final = 0.96
_LIGHT: Final = 0.5
_MILLIMETRE: Final = 1.0
"""Unit in which widths of brushes are compared, which may have been given in several."""

_WIDE: Final = 3.0
"""How many times as wide as the other ink a highlighter is at least."""

_HIDDEN: Final = 0.9
_SEEN_THROUGH: Final = 0.3


class Kind(Enum):
    """What a stroke is there for."""

    INK = "ink"
    HIGHLIGHTER = "highlighter"
    INVISIBLE = "invisible"
    PAPER = "paper"
    ERASER = "eraser"


@dataclass(frozen=True, slots=True)
class Brush:
    """A brush as a file has it.

    Attributes:
        name: Its name in the file.
        properties: Its properties, as they stand there.
    """

    name: str = ""
    properties: Properties = ()

    def value(self, *names: str) -> tuple[str, str]:
        """Return value and units of the first property of one of these names; empty where there is none."""
        for name, value, units in self.properties:
            if _last_word(name) in names:
                return value.strip(), units.strip().lower()
        return "", ""

    def derived_from(self, base: "Brush | None") -> "Brush":
        """Return the brush with the properties of another one that it does not have itself."""
        if base is None:
            return self
        own = {name for name, _, _ in self.properties}
        taken = tuple(row for row in base.properties if row[0] not in own)
        return Brush(f"{self.name} {base.name}".strip(), (self.properties + taken)[:MOST_PROPERTIES])

    @property
    def transparency(self) -> float:
        """How much of what lies below is seen, from 0 to 1."""
        text, units = self.value("transparency")
        if text:
            # A whole number counts 256 steps, so that a lone 1 is next to nothing.
            return _share(text, units) if "." in text or units == "%" else _share(text, units, most=255.0)
        text, units = self.value("opacity", "alpha")
        if text:
            value = number(text)
            return 1.0 - _share(text, units, most=255.0 if value is not None and value > 1 else 1.0)
        return 1.0 - self._colour()[1]

    @property
    def colour(self) -> str | None:
        """The colour as "#rrggbb"; None where the file gives none that is understood."""
        found = self._colour()[0]
        return None if found is None else f"#{found:06x}"

    @property
    def luminance(self) -> float | None:
        """How bright the colour is, from 0 to 1; None where it is unknown."""
        found = self._colour()[0]
        if found is None:
            return None
        red, green, blue = (found >> shift & 255 for shift in (16, 8, 0))
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    @property
    def is_white(self) -> bool:
        """Whether it paints white, as paper is unless the file says otherwise."""
        luminance = self.luminance
        return self.value("rasterop")[0].lower() == "white" or (luminance is not None and luminance >= _WHITE)

    def width(self, unit_mm: float | None) -> float | None:
        """Return the width in steps of a length, or in the file's own unit; None where the file gives none.

        Args:
            unit_mm: Length of the step in mm; None where it is unknown.
        """
        text, units = self.value("width")
        value = number(text)
        if value is None or value <= 0:
            return None
        length = length_of(units)
        if unit_mm is None:
            return value
        # Programs that write resolutions leave the unit of a brush out, and mean centimetres.
        return value * (length if length is not None else MILLIMETRES["cm"]) / unit_mm

    def _colour(self) -> tuple[int | None, float]:
        """Return red, green and blue as one number, or None, and the opacity from 0 to 1."""
        text = self.value("color", "colour")[0].lower()
        return (None, 0.0) if text == "transparent" else _colour_of(text[:LONGEST_VALUE])


def _last_word(name: str) -> str:
    """Return a property's name without what it belongs to, as in "inkml:color" or an address that ends so."""
    return re.split("[:/#]", name.strip())[-1].lower()


def kinds_of(brushes: Sequence[Brush | None]) -> list[Kind]:
    """Return what each stroke of a file is there for, given its brush.

    Strokes that would be none to read are ink where the file has no other: whoever writes with a highlighter, or with
    white on dark paper, means it. White is the paper's colour only where most of the ink is not white.
    """
    times = Counter(brush for brush in brushes if brush is not None)
    paper_is_white = 2 * sum(count for brush, count in times.items() if brush.is_white) <= len(brushes)
    inks = {brush: brush.width(_MILLIMETRE) for brush in times if not _seems_to_mark(brush)}
    widths = sorted(width for brush, width in inks.items() if width for _ in range(times[brush]))
    usual = widths[(len(widths) - 1) // 2] if widths else None
    of = {brush: _kind(brush, usual, paper_is_white=paper_is_white) for brush in times}
    kinds = [Kind.INK if brush is None else of[brush] for brush in brushes]
    if Kind.INK in kinds:
        return kinds
    return [kind if kind is Kind.ERASER else Kind.INK for kind in kinds]


def _seems_to_mark(brush: Brush) -> bool:
    return brush.transparency >= _SEEN_THROUGH or brush.is_white


def _kind(brush: Brush, usual_width: float | None, *, paper_is_white: bool) -> Kind:
    words = [brush.name, *(value for name, value, _ in brush.properties if name.rpartition(":")[2].lower() in _NAMING)]
    operation = brush.value("rasterop")[0].lower()
    if any(_ERASER.search(word[:LONGEST_VALUE]) for word in words):
        return Kind.ERASER
    transparency, luminance, width = brush.transparency, brush.luminance, brush.width(_MILLIMETRE)
    if transparency >= _HIDDEN or operation == "nooperation":
        return Kind.INVISIBLE
    named = any(_HIGHLIGHTER.search(word[:LONGEST_VALUE]) for word in words)
    wide = width is not None and usual_width is not None and width >= _WIDE * usual_width
    light = luminance is not None and _LIGHT <= luminance < _WHITE
    rectangle = brush.value("tip")[0].lower() in ("rectangle", "square", "chisel")
    if operation == "maskpen" and (wide or light or rectangle or transparency > 0):
        return Kind.HIGHLIGHTER
    if transparency >= _SEEN_THROUGH and (named or wide or light or rectangle):
        return Kind.HIGHLIGHTER
    if (light and wide) or (named and (light or wide)):
        return Kind.HIGHLIGHTER
    return Kind.PAPER if brush.is_white and paper_is_white else Kind.INK


@functools.lru_cache(maxsize=256)
def _colour_of(text: str) -> tuple[int | None, float]:
    """Return red, green and blue of a colour's text as one number, or None, and its opacity from 0 to 1."""
    digits = text.removeprefix("#").removeprefix("0x")
    is_hexadecimal = re.fullmatch(r"[0-9a-f]{3,8}", digits) is not None
    if is_hexadecimal and len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    if is_hexadecimal and len(digits) == 6:
        return int(digits, 16), 1.0
    if is_hexadecimal and len(digits) == 8:
        # Both orders are in use: red, green, blue, alpha where only that makes it opaque, else alpha first.
        if digits.endswith("ff") and not digits.startswith("ff"):
            return int(digits[:6], 16), 1.0
        return int(digits[2:], 16), int(digits[:2], 16) / 255
    return _named_colour(text)


def _named_colour(text: str) -> tuple[int | None, float]:
    """Return a colour that is a name, such as "navy", a function of the web's style sheets, or a row of numbers."""
    from PIL import ImageColor

    function = _FUNCTION.fullmatch(text)
    parts = re.split(r"[\s,/]+", function[1].strip()) if function is not None else []
    opacity = _share(parts[3], "") if len(parts) == 4 else 1.0
    try:
        plain = f"{text[:3]}({','.join(parts[:3])})" if function is not None else text
        red, green, blue = (min(part, 255) for part in ImageColor.getrgb(plain)[:3])
        return red << 16 | green << 8 | blue, opacity
    except ValueError:
        pass
    numbers = [float(part) for part in _DECIMALS.findall(text)]
    if len(numbers) in (3, 4) and all(0 <= part <= 255 for part in numbers[:3]):
        red, green, blue = (round(part) for part in numbers[:3])
        return red << 16 | green << 8 | blue, numbers[3] if len(numbers) == 4 and numbers[3] <= 1 else 1.0
    return None, 1.0


def _share(text: str, units: str, *, most: float = 1.0) -> float:
    """Return a share from 0 to 1 that is written in percent, or as a part of `most`."""
    value = number(text.removesuffix("%"))
    if value is None:
        return 0.0
    value /= 100.0 if text.endswith("%") or units == "%" else most
    return min(max(value, 0.0), 1.0)
