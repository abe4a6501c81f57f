"""Measuring robustness: the accuracy after glyphs were slanted, turned, thickened, scaled, moved, or got noise."""

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
    """The figures after every glyph was changed in one way.

    Attributes:
        kind: Kind of the change: none, slant, turn, pen width, noise, size in a picture, or place of strokes.
        amount: Amount of the change; 0 for none.
        unit: Unit of the amount: °, × (a factor), px, or empty.
        samples: Number of glyphs.
        right: Number of right answers.
        sure: Number of sure answers.
    """

    kind: str
    amount: float
    unit: str
    samples: int
    right: int
    sure: int

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.right / self.samples

    @property
    def name(self) -> str:
        """The change in words."""
        if self.kind in ("none", "place of strokes"):
            return {"none": "as written", "place of strokes": "any position and size"}[self.kind]
        if self.unit == "×":
            return f"{self.kind} ×{self.amount:g}"
        sign = "+" if self.unit == "°" else ""
        return f"{self.kind} {self.amount:{sign}g} {self.unit}".strip()

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by stable keys, ready for JSON."""
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
    """Change glyphs in every way and count how many are still read right.

    Args:
        recognizer: The recognizer to measure.
        glyphs: N glyphs, of which at most `MOST_GLYPHS` are used, always the same ones.
        truth: int64 [N], indices of the right labels among the recognizer's; glyphs with -1 are left out.
        progress: Called with the number of glyphs that are done.
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
    """Yield every change: its kind, amount and unit, and the function that makes it.

    Args:
        written: Whether all glyphs are of strokes, which can be moved and scaled.
    """
    yield "none", 0.0, "", lambda ink, _: ink
    for degrees in SLANTS:
        yield "slant", degrees, "°", partial(_shear_by, slant_matrix(degrees))
    for degrees in TURNS:
        yield "turn", degrees, "°", partial(_shear_by, turn_matrix(degrees))
    for factor in WIDTHS:
        yield "pen width", factor, "×", partial(_change_width, factor)
    for deviation in NOISES:
        yield "noise", deviation, "", partial(_add_noise, deviation)
    for side in SIZES:
        yield "size in a picture", side, "px", partial(_place_at_random, side)
    if written:
        yield "place of strokes", 0.0, "", _move


def slant_matrix(degrees: float) -> NDArray[np.float64]:
    """Return the matrix that slants a glyph to the right by this angle; float64 [2, 2], for `shear`."""
    return np.array([[1.0, -np.tan(np.radians(degrees))], [0.0, 1.0]])


def turn_matrix(degrees: float) -> NDArray[np.float64]:
    """Return the matrix that turns a glyph clockwise by this angle; float64 [2, 2], for `shear`."""
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def shear(ink: Ink, matrix: NDArray[np.float64]) -> Ink:
    """Apply a linear map to every position (x, y) of a glyph; y grows downwards."""
    if isinstance(ink, tuple):
        return tuple(np.asarray(path, np.float64) @ matrix.T for path in ink)
    picture = _as_image(ink)
    side = 2 * max(picture.size)
    inverse = np.linalg.inv(matrix)
    # Pillow takes the map from the new positions to the old ones.
    offset = np.array(picture.size) / 2 - inverse @ np.array([side / 2, side / 2])
    row, column = inverse
    moved = picture.transform(
        (side, side), Image.Transform.AFFINE, (*row, offset[0], *column, offset[1]), Image.Resampling.BICUBIC
    )
    return np.asarray(moved)


def draw_ink(ink: Ink, *, side: int = PICTURE_PX - 2 * _MARGIN_PX, factor: float = 1.0) -> Image.Image:
    """Draw a glyph, or scale its picture.

    Args:
        ink: The glyph.
        side: Length of the longer side in pixels.
        factor: Width of the line, relative to that in rasters; for a picture, relative to its own.

    Returns:
        A picture in mode L, ink 255 on 0.
    """
    if not isinstance(ink, tuple):
        return _thicken(_scale(_as_image(ink), side), factor)
    return draw_picture(ink, side=side, width=side * PEN_WIDTH / GLYPH_BOX * factor)


def _as_image(picture: Picture) -> Image.Image:
    if picture.dtype != np.uint8:
        picture = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(picture))


def _scale(picture: Image.Image, side: int) -> Image.Image:
    """Crop a picture to its ink and scale it so that the longer side has this many pixels."""
    picture = picture.crop(picture.getbbox() or (0, 0, *picture.size))
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _thicken(picture: Image.Image, factor: float) -> Image.Image:
    """Make lines thicker or thinner on both sides; their width is estimated as area by half of the edge's length."""
    inked = np.pad(np.asarray(picture) > 127, 1)
    edge = np.count_nonzero(inked[1:] != inked[:-1]) + np.count_nonzero(inked[:, 1:] != inked[:, :-1])
    # The counted steps along both axes are longer than the edge by 4/π, on average over all directions.
    width = 2 * np.count_nonzero(inked) / max(edge * np.pi / 4, 1.0)
    reach = round(abs(factor - 1) * width / 2)
    if reach == 0:
        return picture
    # A margin of paper gives the ink room to grow, and an edge that is the picture's edge too can be worn off.
    roomy = Image.new("L", (picture.width + 2 * reach, picture.height + 2 * reach))
    roomy.paste(picture, (reach, reach))
    kernel = ImageFilter.MinFilter if factor < 1 else ImageFilter.MaxFilter
    return roomy.filter(kernel(2 * reach + 1))


def _sheet(size: tuple[int, int], glyph: Image.Image, corner: tuple[int, int]) -> NDArray[np.float32]:
    """Draw a glyph in dark ink on light paper.

    Args:
        size: Width and height of the paper in pixels.
        glyph: A picture in mode L, ink 255 on 0.
        corner: Position of the glyph's upper left corner.

    Returns:
        float32 [H, W], 0 black to 1 white.
    """
    ink = Image.new("L", size)
    ink.paste(glyph, corner)
    covered = np.asarray(ink, np.float32) / np.float32(255)
    return np.float32(_PAPER_TONE) + (np.float32(_INK_TONE) - np.float32(_PAPER_TONE)) * covered


def _ink_of(tones: NDArray[np.float32]) -> Picture:
    """Find the ink of a picture as the program does with a picture file."""
    return ink_of_picture(Image.fromarray(np.rint(np.clip(tones, 0, 1) * 255).astype(np.uint8)))


def _centred(glyph: Image.Image) -> NDArray[np.float32]:
    """Draw a glyph in the middle of a square of paper."""
    side = max(PICTURE_PX, *(part + 2 * _MARGIN_PX for part in glyph.size))
    return _sheet((side, side), glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))


def _shear_by(matrix: NDArray[np.float64], ink: Ink, _chance: np.random.Generator) -> Ink:
    return shear(ink, matrix)


def _change_width(factor: float, ink: Ink, _chance: np.random.Generator) -> Ink:
    return _ink_of(_centred(draw_ink(ink, factor=factor)))


def _add_noise(deviation: float, ink: Ink, chance: np.random.Generator) -> Ink:
    tones = _centred(draw_ink(ink))
    return _ink_of(tones + chance.normal(0, deviation, tones.shape).astype(np.float32))


def _place_at_random(side: int, ink: Ink, chance: np.random.Generator) -> Ink:
    glyph = draw_ink(ink, side=side)
    room = [max(whole - part, 1) for whole, part in zip(SHEET, glyph.size, strict=True)]
    return _ink_of(_sheet(SHEET, glyph, (int(chance.integers(room[0])), int(chance.integers(room[1])))))


def _move(ink: Ink, chance: np.random.Generator) -> Ink:
    if not isinstance(ink, tuple):
        return ink
    scale, shift = 10 ** chance.uniform(-2, 2), chance.uniform(-10_000, 10_000, 2)
    return tuple(path * scale + shift for path in ink)
