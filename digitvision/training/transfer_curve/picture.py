"""Drawing a transfer curve, accuracy against samples of each class, as SVG or PNG, without a window."""

import io
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont

from digitvision.training.transfer_curve.finding import WAYS, Curve, Way, mean_accuracies

FORMS: Final = (".svg", ".png")

_WIDTH: Final = 720
_HEIGHT: Final = 480
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 76, 24, 56
_TICKS: Final = range(0, 101, 20)
_TITLE_PX: Final = 16
_TEXT_PX: Final = 13
_FINE: Final = 4
"""A PNG is drawn at so many times its size and then reduced to half of that, because Pillow's lines are not smooth."""
_DASH: Final = 7
_GAP: Final = 5

_INK: Final = "#222222"
_HAIRLINE: Final = "#d8d8d8"
_PAPER: Final = "#ffffff"

Position = tuple[float, float]
"""A position in the picture, x and y."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How one way is drawn. Dashes and squares distinguish the ways without colours."""

    title: str
    colour: str
    faint: str
    is_round: bool
    is_dashed: bool


_LOOKS: Final[dict[Way, _Look]] = {
    "transfer": _Look("with transfer", "#1b5fc1", "#a9c4ea", True, False),
    "scratch": _Look("from scratch", "#b3541e", "#e6c3ad", False, True),
}


class _Pen(Protocol):
    """Draws in a picture of 720x480, y downwards."""

    def line(self, points: list[Position], colour: str, width: float, *, dashed: bool = False) -> None: ...

    def mark(self, position: Position, colour: str, radius: float, *, is_round: bool) -> None: ...

    def text(self, position: Position, words: str, size: int, anchor: str) -> None:
        """Write a text with its `start`, `middle` or `end`, as `anchor` says, at the position, on the baseline."""


def picture_of(facts: dict[str, Any], curve: Curve, form: str) -> bytes:
    """Draw the picture of a curve and return the content of its file.

    Args:
        facts: The facts of the measurement, see `TransferCurve.facts`.
        curve: A curve with at least one point.
        form: Format of the file, one of `FORMS`.
    """
    title = f"From “{facts['base']}” to {facts['data']}, {facts['classes']} classes"
    if form == ".svg":
        svg = _Svg(title)
        _draw(svg, title, curve)
        return svg.bytes()
    png = _Png()
    _draw(png, title, curve)
    return png.bytes()


def _draw(pen: _Pen, title: str, curve: Curve) -> None:
    levels = sorted({point.samples for point in curve.points})
    low, high = math.log(levels[0]), math.log(levels[-1])
    if low == high:
        low, high = low - 1, high + 1
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def position_of(samples: int, accuracy: float) -> Position:
        across = (math.log(samples) - low) / (high - low)
        return _LEFT + 16 + across * (right - _LEFT - 32), bottom - accuracy * (bottom - _TOP)

    pen.text((_LEFT, 28), title, _TITLE_PX, "start")
    for percent in _TICKS:
        height = position_of(levels[0], percent / 100)[1]
        pen.line([(_LEFT, height), (right, height)], _HAIRLINE, 1)
        pen.text((_LEFT - 8, height + 4), f"{percent} %", _TEXT_PX, "end")
    for level in levels:
        pen.text((position_of(level, 0)[0], bottom + 20), f"{level:,}", _TEXT_PX, "middle")
    pen.text(((_LEFT + right) / 2, _HEIGHT - 14), "samples of each class", _TEXT_PX, "middle")
    start = float(_LEFT)
    for way in WAYS:
        look = _LOOKS[way]
        pen.line([(start, 52), (start + 36, 52)], look.colour, 2, dashed=look.is_dashed)
        pen.mark((start + 18, 52), look.colour, 5, is_round=look.is_round)
        pen.text((start + 44, 56), look.title, _TEXT_PX, "start")
        start += 170
    pen.text((right, 56), "right on held-out samples", _TEXT_PX, "end")
    for way in WAYS:
        look, means = _LOOKS[way], mean_accuracies(curve.points, way)
        for point in curve.points:
            if point.way == way:
                pen.mark(position_of(point.samples, point.accuracy), look.faint, 3, is_round=look.is_round)
        if means:
            pen.line([position_of(*item) for item in means.items()], look.colour, 2, dashed=look.is_dashed)
        for item in means.items():
            pen.mark(position_of(*item), look.colour, 5, is_round=look.is_round)


class _Svg:
    def __init__(self, title: str) -> None:
        size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>',
        ]

    def line(self, points: list[Position], colour: str, width: float, *, dashed: bool = False) -> None:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = f' stroke-dasharray="{_DASH} {_GAP}"' if dashed else ""
        self._parts.append(
            f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'
        )

    def mark(self, position: Position, colour: str, radius: float, *, is_round: bool) -> None:
        x, y = position
        if is_round:
            self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')
        else:
            corner = f'x="{x - radius:.1f}" y="{y - radius:.1f}"'
            self._parts.append(f'<rect {corner} width="{2 * radius}" height="{2 * radius}" fill="{colour}"/>')

    def text(self, position: Position, words: str, size: int, anchor: str) -> None:
        where = f'x="{position[0]:.1f}" y="{position[1]:.1f}" text-anchor="{anchor}"'
        look = f'font-family="sans-serif" font-size="{size}" fill="{_INK}"'
        self._parts.append(f"<text {where} {look}>{escape(words)}</text>")

    def bytes(self) -> bytes:
        return "\n".join([*self._parts, "</svg>", ""]).encode()


class _Png:
    def __init__(self) -> None:
        self._image = Image.new("RGB", (_WIDTH * _FINE, _HEIGHT * _FINE), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, points: list[Position], colour: str, width: float, *, dashed: bool = False) -> None:
        for one, two in pairwise(points):
            length = max(math.dist(one, two), 1e-9)
            period, drawn = (_DASH + _GAP, _DASH) if dashed else (length, length)
            for number in range(math.ceil(length / period)):
                begin, end = number * period, min(number * period + drawn, length)
                self._draw.line(
                    [_between(one, two, begin / length), _between(one, two, end / length)], colour, round(width * _FINE)
                )

    def mark(self, position: Position, colour: str, radius: float, *, is_round: bool) -> None:
        x, y = position
        box = [(x - radius) * _FINE, (y - radius) * _FINE, (x + radius) * _FINE, (y + radius) * _FINE]
        (self._draw.ellipse if is_round else self._draw.rectangle)(box, colour)

    def text(self, position: Position, words: str, size: int, anchor: str) -> None:
        font = ImageFont.load_default(size * _FINE)
        side = {"start": "l", "middle": "m", "end": "r"}[anchor]
        self._draw.text((position[0] * _FINE, position[1] * _FINE), words, _INK, font, anchor=f"{side}s")

    def bytes(self) -> bytes:
        packed = io.BytesIO()
        self._image.resize((_WIDTH * _FINE // 2, _HEIGHT * _FINE // 2), Image.Resampling.LANCZOS).save(packed, "PNG")
        return packed.getvalue()


def _between(one: Position, two: Position, share: float) -> Position:
    """Return the position at this share of the line from one to the other, in the pixels of the large PNG."""
    x, y = (_FINE * (a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return x, y
