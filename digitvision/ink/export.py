"""Drawings as pictures for other programs: PNG and SVG, drawn like the window draws them."""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from digitvision.ink.curve import drawn_path, points_at, positions_along
from digitvision.ink.stroke import Bounds, Drawing, Stroke, pen_width_at

MARGIN: Final = 0.05
"""Space left free on each side of the ink, as a share of the longer side."""

SMALLEST_SIDE: Final = 16
LARGEST_SIDE: Final = 8192
"""Pixels of a picture's longer side."""

_MOST_SUBPIXELS: Final = 4
_CANVAS_LIMIT: Final = 8192
"""Most pixels a side at which the ink is drawn before it is reduced to soft edges."""

_WIDTH_STEPS: Final = 8
"""Steps in which the SVG changes the pen's width, for each width at rest."""


def drawing_png(
    drawing: Drawing, *, size: int, pen_width: float, ink: str = "#000000", paper: str | None = "#ffffff"
) -> bytes:
    """Return the drawing as an antialiased PNG.

    Args:
        drawing: A drawing in any unit; it is fitted into the picture with a margin. An empty one gives an empty square.
        size: Pixels of the longer side, `SMALLEST_SIDE` to `LARGEST_SIDE`.
        pen_width: Width of the pen at pressure 0.5, in the drawing's unit.
        ink: Colour of the strokes.
        paper: Colour of the background; None makes it transparent.
    """
    scale, dx, dy, width, height = _layout(drawing, size, pen_width)
    subpixels = max(1, min(_MOST_SUBPIXELS, _CANVAS_LIMIT // size))
    canvas = Image.new("L", (width * subpixels, height * subpixels))
    pen = ImageDraw.Draw(canvas)
    for stroke in drawing.strokes:
        moved = stroke.moved(scale=scale * subpixels, dx=dx * subpixels, dy=dy * subpixels)
        _draw(pen, moved, pen_width * scale * subpixels)
    coverage = canvas.reduce(subpixels)
    colour = ImageColor.getrgb(ink)[:3]
    if paper is None:
        picture = Image.new("RGBA", coverage.size, (*colour, 0))
        picture.putalpha(coverage)
    else:
        picture = Image.new("RGB", coverage.size, ImageColor.getrgb(paper)[:3])
        picture.paste(colour, (0, 0), coverage)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def drawing_svg(drawing: Drawing, *, size: int, pen_width: float) -> str:
    """Return the drawing as an SVG 1.1 document, black on a transparent background.

    Args:
        drawing: A drawing in any unit; it is fitted into the picture with a margin. An empty one gives an empty square.
        size: Pixels of the longer side, `SMALLEST_SIDE` to `LARGEST_SIDE`.
        pen_width: Width of the pen at pressure 0.5, in the drawing's unit.
    """
    scale, dx, dy, width, height = _layout(drawing, size, pen_width)
    paths = [svg_path(stroke.moved(scale=scale, dx=dx, dy=dy), pen_width * scale) for stroke in drawing.strokes]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
        '<g fill="none" stroke="#000000" stroke-linecap="round" stroke-linejoin="round">\n'
        + "".join(paths)
        + "</g>\n</svg>\n"
    )


def _layout(drawing: Drawing, size: int, pen_width: float) -> tuple[float, float, float, int, int]:
    """Return the transformation of a drawing into its picture: scale, dx, dy, then width and height in pixels."""
    if not SMALLEST_SIDE <= size <= LARGEST_SIDE:
        raise ValueError(f"a picture has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side, not {size}")
    if pen_width <= 0:
        raise ValueError(f"a pen has a width above zero, not {pen_width}")
    bounds = drawing.bounds
    if bounds is None:
        return 1.0, 0.0, 0.0, size, size
    reach = max(pen_width_at(float(stroke.points[:, 3].max()), pen_width) for stroke in drawing.strokes)
    room = size * (1 - 2 * MARGIN)
    scale = room / (bounds.longer_side + reach)
    width, height = (
        min(size, round((side + reach) * scale + 2 * MARGIN * size)) for side in (bounds.width, bounds.height)
    )
    middle = Bounds(0.0, 0.0, width, height)
    dx = middle.right / 2 - (bounds.left + bounds.right) / 2 * scale
    dy = middle.bottom / 2 - (bounds.top + bounds.bottom) / 2 * scale
    return scale, dx, dy, width, height


def _draw(pen: ImageDraw.ImageDraw, stroke: Stroke, pen_width: float) -> None:
    """Draw one stroke, in sub-pixels of the canvas, as discs so near to each other that its edge is smooth."""
    path, widths = stroke.xy, pen_width_at(stroke.points[:, 3], pen_width)
    segments = drawn_path(path, pen_width)
    if len(segments):
        # Between discs at this distance the edge has notches of a quarter of a sub-pixel.
        positions = positions_along(segments, max(1.0, float(np.sqrt(widths.min()))))
        path, widths = points_at(segments, positions), np.interp(positions, np.arange(len(widths)), widths)
    # Pillow wants the first and last pixel of a disc; rounding its edges instead of its size keeps its position.
    low = np.rint(path - widths[:, None] / 2)
    high = np.maximum(np.rint(path + widths[:, None] / 2) - 1, low)
    for box in np.hstack([low, high]).astype(int).tolist():
        pen.ellipse(box, fill=255)


def svg_path(stroke: Stroke, pen_width: float) -> str:
    """Return one stroke as SVG paths without colour; a new path begins where the pen's width changes by a visible step.

    Args:
        stroke: A stroke in the picture's unit, of which a hundredth is not seen.
        pen_width: Width of the pen at pressure 0.5, in the same unit.
    """
    segments = drawn_path(stroke.xy, pen_width)
    pressures = stroke.points[:, 3]
    if len(segments) == 0:
        # A line of no length with round ends is a disc.
        segments, pressures = np.repeat(stroke.xy[:, None, :], 4, axis=1), np.repeat(pressures, 2)
    middles = (pressures[:-1] + pressures[1:]) / 2
    steps = np.round(middles * _WIDTH_STEPS) / _WIDTH_STEPS
    breaks = np.flatnonzero(np.diff(steps)) + 1
    paths = []
    for run in np.split(np.arange(len(segments)), breaks):
        x, y = segments[run[0], 0]
        curves = " ".join(_svg_curve(segment) for segment in segments[run])
        stroke_width = pen_width_at(float(middles[run].mean()), pen_width)
        paths.append(f'<path stroke-width="{stroke_width:.4g}" d="M{x:.2f} {y:.2f} {curves}"/>\n')
    return "".join(paths)


def _svg_curve(segment: NDArray[np.float64]) -> str:
    """Return one Bézier segment without its start; as a line where it has no length, as renderers skip such curves."""
    if (segment == segment[0]).all():
        return f"L{segment[0, 0]:.2f} {segment[0, 1]:.2f}"
    return "C" + " ".join(f"{x:.2f} {y:.2f}" for x, y in segment[1:])
