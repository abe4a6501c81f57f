"""How far the accuracy falls as glyphs slant, turn, get thinner or thicker, noisy, small, or lie elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from digitvision.ink.picture import ink_of_picture
from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.augmentation.pictures import draw_picture
from digitvision.training.data.dataset import Progress
from digitvision.training.data.glyphs import Glyphs, Paths, Picture, prepare

MOST_GLYPHS: Final = 1000
SEED: Final = 42

SLANTS: Final = (-30, -20, -10, 10, 20, 30)
TURNS: Final = (-20, -10, 10, 20)
WIDTHS: Final = (0.5, 1.0, 2.0)
NOISES: Final = (0.05, 0.1, 0.2)
SIZES: Final = (24, 60, 120, 240)

PICTURE_PX: Final = 200
SHEET: Final = (400, 300)
_MARGIN_PX: Final = 20
_INK_TONE: Final = 0.15
_PAPER_TONE: Final = 0.95

Ink = Paths | Picture
Alter = Callable[[Ink, np.random.Generator], Ink]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the accuracy when every glyph was changed in one way.

    Attributes:
        kind: none, slant, turn, pen width, noise, size in a picture, place of strokes.
        amount: How much; 0 for none.
        unit: Of the amount: °, ×, a share, px, or nothing.
        sure: How many of the answers counted as sure.
    """

    kind: str
    amount: float
    unit: str
    samples: int
    right: int
    sure: int

    @property
    def accuracy(self) -> float:
        return self.right / self.samples

    @property
    def name(self) -> str:
        """As a person would say it."""
        if self.kind in ("none", "place of strokes"):
            return {"none": "as written", "place of strokes": "any place and size"}[self.kind]
        if self.unit == "×":
            return f"{self.kind} ×{self.amount:g}"
        sign = "+" if self.unit == "°" else ""
        return f"{self.kind} {self.amount:{sign}g} {self.unit}".strip()

    def to_dict(self) -> dict[str, Any]:
        """The figures under stable keys, ready for JSON."""
        return {
            "kind": self.kind,
            "amount": self.amount,
            "unit": self.unit,
            "name": self.name,
            "samples": self.samples,
            "right": self.right,
            "accuracy": self.accuracy,
            "sure": self.sure / self.samples,
        }


def measure_robustness(
    recognizer: Recognizer, glyphs: Glyphs, truth: NDArray[np.int64], progress: Progress | None = None
) -> tuple[Change, ...]:
    """Change glyphs in every way, and see how many are still read right.

    Args:
        glyphs: Of these at most `MOST_GLYPHS` are taken, always the same ones.
        truth: int64 [N], places in the recognizer's labels; glyphs with -1 are left out.
        progress: Told how many glyphs are done.
    """
    rows = np.flatnonzero(truth >= 0)
    rows = np.sort(np.random.default_rng(SEED).permutation(rows)[:MOST_GLYPHS])
    few, wanted = glyphs.select(rows), truth[rows]
    written = all(isinstance(ink, tuple) for ink in few.ink)
    ways = list(_ways(written))
    changes = []
    for number, (kind, amount, unit, alter) in enumerate(ways):
        generator = np.random.default_rng(SEED)
        ink = [alter(item, generator) for item in few.ink]
        dataset = prepare(replace(few, ink=ink, context=None))
        found = recognizer.answers(*dataset.views())
        right = int((found.probabilities.argmax(axis=1) == wanted).sum())
        changes.append(Change(kind, amount, unit, len(rows), right, int(found.sure.sum())))
        if progress is not None:
            progress((number + 1) * len(rows), len(ways) * len(rows))
    return tuple(changes)


def _ways(written: bool) -> Iterator[tuple[str, float, str, Alter]]:
    """Every change: its kind, amount and unit, and what makes it."""
    yield "none", 0.0, "", lambda ink, _: ink
    for degrees in SLANTS:
        yield "slant", degrees, "°", partial(_shear_by, slant_matrix(degrees))
    for degrees in TURNS:
        yield "turn", degrees, "°", partial(_shear_by, turn_matrix(degrees))
    for factor in WIDTHS:
        yield "pen width", factor, "×", partial(_thick, factor)
    for deviation in NOISES:
        yield "noise", deviation, "", partial(_noisy, deviation)
    for side in SIZES:
        yield "size in a picture", side, "px", partial(_placed, side)
    if written:
        yield "place of strokes", 0.0, "", _move


def slant_matrix(degrees: float) -> NDArray[np.float64]:
    """Leans a glyph to the right by this angle, to the left where it is negative; for `shear`."""
    return np.array([[1.0, -np.tan(np.radians(degrees))], [0.0, 1.0]])


def turn_matrix(degrees: float) -> NDArray[np.float64]:
    """Turns a glyph clockwise by this angle; for `shear`."""
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def shear(ink: Ink, matrix: NDArray[np.float64]) -> Ink:
    """The glyph with every place (x, y) moved to `matrix` times it; y grows down."""
    if isinstance(ink, tuple):
        return tuple(np.asarray(path, np.float64) @ matrix.T for path in ink)
    picture = _as_image(ink)
    side = 2 * max(picture.size)
    inverse = np.linalg.inv(matrix)
    # Pillow asks where each of the new pixels comes from.
    offset = np.array(picture.size) / 2 - inverse @ np.array([side / 2, side / 2])
    row, column = inverse
    moved = picture.transform(
        (side, side), Image.Transform.AFFINE, (*row, offset[0], *column, offset[1]), Image.Resampling.BICUBIC
    )
    return np.asarray(moved)


def draw_ink(ink: Ink, *, side: int = PICTURE_PX - 2 * _MARGIN_PX, factor: float = 1.0) -> Image.Image:
    """The glyph as a picture in mode L, ink 255 on 0, its longer side `side` pixels.

    Args:
        factor: The pen's width, in widths as rasters have them; for a picture, in its own.
    """
    if not isinstance(ink, tuple):
        return _thickened(_enlarged(_as_image(ink), side), factor)
    return draw_picture(ink, side=side, width=side * PEN_WIDTH / GLYPH_BOX * factor)


def _as_image(picture: Picture) -> Image.Image:
    if picture.dtype != np.uint8:
        picture = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(picture))


def _enlarged(picture: Image.Image, side: int) -> Image.Image:
    """The picture's ink with its longer side of that many pixels."""
    picture = picture.crop(picture.getbbox() or (0, 0, *picture.size))
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _thickened(picture: Image.Image, factor: float) -> Image.Image:
    """Ink grown or worn off on both sides, from an estimate of its width: its area by half of its edge's length."""
    inked = np.pad(np.asarray(picture) > 127, 1)
    edge = np.count_nonzero(inked[1:] != inked[:-1]) + np.count_nonzero(inked[:, 1:] != inked[:, :-1])
    # Steps in both directions are longer than the edge itself, on the average over all directions by 4/π.
    width = 2 * np.count_nonzero(inked) / max(edge * np.pi / 4, 1.0)
    reach = round(abs(factor - 1) * width / 2)
    if reach == 0:
        return picture
    # Paper all around: ink has room to grow, and its edge is worn off where it is the picture's edge too.
    roomy = Image.new("L", (picture.width + 2 * reach, picture.height + 2 * reach))
    roomy.paste(picture, (reach, reach))
    kernel = ImageFilter.MinFilter if factor < 1 else ImageFilter.MaxFilter
    return roomy.filter(kernel(2 * reach + 1))


def _sheet(size: tuple[int, int], glyph: Image.Image, corner: tuple[int, int]) -> NDArray[np.float32]:
    """float32 [H, W], 0 black to 1 white: dark ink on light paper."""
    ink = Image.new("L", size)
    ink.paste(glyph, corner)
    covered = np.asarray(ink, np.float32) / np.float32(255)
    return np.float32(_PAPER_TONE) + (np.float32(_INK_TONE) - np.float32(_PAPER_TONE)) * covered


def _ink_of(tones: NDArray[np.float32]) -> Picture:
    """What the program's own way with pictures finds on the sheet."""
    return ink_of_picture(Image.fromarray(np.rint(np.clip(tones, 0, 1) * 255).astype(np.uint8)))


def _framed(glyph: Image.Image) -> NDArray[np.float32]:
    """A square sheet with the glyph in its middle."""
    side = max(PICTURE_PX, *(part + 2 * _MARGIN_PX for part in glyph.size))
    return _sheet((side, side), glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))


def _shear_by(matrix: NDArray[np.float64], ink: Ink, _chance: np.random.Generator) -> Ink:
    return shear(ink, matrix)


def _thick(factor: float, ink: Ink, _chance: np.random.Generator) -> Ink:
    return _ink_of(_framed(draw_ink(ink, factor=factor)))


def _noisy(deviation: float, ink: Ink, chance: np.random.Generator) -> Ink:
    tones = _framed(draw_ink(ink))
    return _ink_of(tones + chance.normal(0, deviation, tones.shape).astype(np.float32))


def _placed(side: int, ink: Ink, chance: np.random.Generator) -> Ink:
    glyph = draw_ink(ink, side=side)
    room = [max(whole - part, 1) for whole, part in zip(SHEET, glyph.size, strict=True)]
    return _ink_of(_sheet(SHEET, glyph, (int(chance.integers(room[0])), int(chance.integers(room[1])))))


def _move(ink: Ink, chance: np.random.Generator) -> Ink:
    if not isinstance(ink, tuple):
        return ink
    scale, shift = 10 ** chance.uniform(-2, 2), chance.uniform(-10_000, 10_000, 2)
    return tuple(path * scale + shift for path in ink)
