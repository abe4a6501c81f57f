"""A page as SVG: the ink as curves, values beside it, and the reading as text that is found and copied but not seen."""

import xml.etree.ElementTree as ElementTree
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Final

from digitvision.ink.drawing_settings import PAPER_SPACING
from digitvision.ink.export import LARGEST_SIDE, MARGIN, SMALLEST_SIDE, svg_path
from digitvision.ink.stroke import Bounds
from digitvision.recognition.page_export.page_rows import cleaned
from digitvision.recognition.page_export.picture_layout import PagePicture, PlacedText, PlacedValue

TEXT_HEIGHT: Final = 0.75
"""Size of the text's letters as a share of the height of what it lies on."""

BASELINE: Final = 0.8
"""Where the text's baseline lies, as a share of that height from above."""

PAPER_COLOUR: Final = "#1f2328"
PAPER_OPACITIES: Final = {"ruled": 0.18, "squared": 0.1, "dotted": 0.43}
"""Colour of the paper's pattern, and its opacity, as they are on a light canvas."""

RULE_WIDTH: Final = 1.2
DOT_WIDTH: Final = 3.5
"""Width of the pattern's lines and dots in the drawing's unit."""

LEAST_STEP_PX: Final = 6.0
"""Least distance of the pattern's lines and dots: closer ones would only be grey, and many."""


@dataclass(frozen=True, slots=True)
class Background:
    """A picture behind all else: a PNG's bytes, and where it lies."""

    png: bytes
    box: Bounds


def page_svg(
    picture: PagePicture,
    *,
    size: int,
    title: str = "",
    paper: str = "",
    background: Background | None = None,
    ground: str = "",
) -> str:
    """Return a page as an SVG 1.1 document.

    Args:
        picture: The page.
        size: Longer side of the picture, `ink.export.SMALLEST_SIDE` to `LARGEST_SIDE` pixels.
        title: The document's title, as plain text; empty for none.
        paper: Pattern of the paper: `ruled`, `squared`, `dotted`, or anything else for none.
        background: A picture that was read instead of ink; None without one.
        ground: Colour of the ground, as `#ffffff`; empty for a transparent one.

    Raises:
        ValueError: The size is out of range.
    """
    if not SMALLEST_SIDE <= size <= LARGEST_SIDE:
        raise ValueError(f"a picture has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side, not {size}")
    bounds = picture.bounds or Bounds(0.0, 0.0, 1.0, 1.0)
    scale = size * (1 - 2 * MARGIN) / max(bounds.longer_side, 1e-9)
    width, height = (min(size, max(round(side * scale + 2 * MARGIN * size), 1)) for side in _sides(bounds))
    dx, dy = MARGIN * size - bounds.left * scale, MARGIN * size - bounds.top * scale
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
    )
    parts = [head]
    if cleaned(title):
        parts.append(f"<title>{escape(cleaned(title))}</title>\n")
    if ground:
        parts.append(f'<rect width="{width}" height="{height}" fill="{escape(ground)}"/>\n')
    parts.append(_paper(paper, scale, dx, dy, width, height))
    if background is not None:
        parts.append(_image(background, scale, dx, dy))
    parts.append('<g fill="none" stroke="#000000" stroke-linecap="round" stroke-linejoin="round">\n')
    for stroke in picture.drawing.strokes:
        parts.append(svg_path(stroke.moved(scale=scale, dx=dx, dy=dy), picture.pen_width * scale))
    parts.append("</g>\n")
    for value in picture.values:
        parts.append(_value(value, scale, dx, dy))
    # Sizes of the whole text, not of its letters, so that what is marked with the mouse lies on the ink.
    parts.append('<g fill="#000000" fill-opacity="0" font-family="sans-serif" xml:space="preserve">\n')
    parts += [_text(text, scale, dx, dy) for text in picture.texts]
    return "".join([*parts, "</g>\n</svg>\n"])


def _sides(bounds: Bounds) -> tuple[float, float]:
    return bounds.width, bounds.height


def _paper(pattern: str, scale: float, dx: float, dy: float, width: int, height: int) -> str:
    """Return the pattern of the paper as one path, through the drawing's origin.

    No `<pattern>`: what knows little of SVG, Qt's own reader for one, paints only a part of it, or all black.
    """
    step = PAPER_SPACING * scale
    if pattern not in PAPER_OPACITIES or step < LEAST_STEP_PX:
        return ""
    rows, columns = _places(dy % step, step, height), _places(dx % step, step, width)
    if pattern == "dotted":
        # A line that is too short to be seen has round ends, and one without length has none for many programs.
        lines, cap, line_width = [f"M{x:.2f} {y:.2f}h.01" for y in rows for x in columns], "round", DOT_WIDTH
    else:
        lines, cap, line_width = [f"M0 {y:.2f}H{width}" for y in rows], "butt", RULE_WIDTH
        if pattern == "squared":
            lines += [f"M{x:.2f} 0V{height}" for x in columns]
    return (
        f'<path fill="none" stroke="{PAPER_COLOUR}" stroke-opacity="{PAPER_OPACITIES[pattern]}" '
        f'stroke-width="{line_width * scale:.3f}" stroke-linecap="{cap}" d="{"".join(lines)}"/>\n'
    )


def _places(first: float, step: float, end: int) -> list[float]:
    return [first + number * step for number in range(int((end - first) // step) + 1)]


def _image(background: Background, scale: float, dx: float, dy: float) -> str:
    box = background.box
    return (
        f'<image x="{box.left * scale + dx:.2f}" y="{box.top * scale + dy:.2f}" width="{box.width * scale:.2f}" '
        f'height="{box.height * scale:.2f}" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="data:image/png;base64,{b64encode(background.png).decode()}"/>\n'
    )


def _value(value: PlacedValue, scale: float, dx: float, dy: float) -> str:
    svg = value.formula.svg.decode()
    first_x, first_y = map(float, ElementTree.fromstring(svg).get("viewBox", "0 0").split()[:2])
    own = value.box.width * scale / value.formula.width
    left, top = value.box.left * scale + dx - first_x * own, value.box.top * scale + dy - first_y * own
    inside = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return f'<g transform="translate({left:.3f} {top:.3f}) scale({own:.5f})">{inside}</g>\n'


def _text(text: PlacedText, scale: float, dx: float, dy: float) -> str:
    box = text.box
    height = max(box.height * scale, 1.0)
    x, y = box.left * scale + dx, box.top * scale + dy + BASELINE * height
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{height * TEXT_HEIGHT:.2f}" '
        f'textLength="{max(box.width * scale, 1.0):.2f}" lengthAdjust="spacingAndGlyphs">{escape(text.text)}</text>\n'
    )
