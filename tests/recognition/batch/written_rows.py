"""Real handwriting in rows, in forms and cropped, for tests of what a line must not be sure of."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitvision.ink.stroke import Drawing, Stroke

HEIGHT: Final = 100.0
MARGIN: Final = 40.0
CELL: Final = 130.0
TALL: Final = 150.0

Path2 = NDArray[np.float64]


class Hand:
    """The digits of one writer of DigiLeTs, who wrote each five times."""

    def __init__(self, shared: Path, writer: int) -> None:
        with np.load(shared / "data" / "digilets" / "digilets_train.npz") as file:
            data: dict[str, Any] = {name: file[name] for name in ("xy", "stroke_end", "sample_end", "labels", "writer")}
            names = file["label_names"].tolist()
        paths = np.split(data["xy"].astype(np.float64), data["stroke_end"][:-1])
        glyphs = np.split(np.arange(len(paths)), data["sample_end"][:-1])
        self._chance = np.random.default_rng(writer)
        self._of: dict[str, list[list[Path2]]] = {}
        for index in np.flatnonzero(data["writer"] == writer).tolist():
            own = [paths[stroke] for stroke in glyphs[index]]
            self._of.setdefault(names[data["labels"][index]], []).append(own)

    def number(self, count: int) -> str:
        return "".join(map(str, self._chance.integers(0, 10, count)))

    def glyph(self, sign: str, left: float, top: float) -> list[Path2]:
        """Return a glyph of the usual height with its left upper corner at a place."""
        choices = self._of[sign]
        paths = choices[int(self._chance.integers(len(choices)))]
        points = np.concatenate(paths)
        low = points.min(axis=0)
        scale = HEIGHT * self._chance.uniform(0.92, 1.08) / np.ptp(points, axis=0)[1]
        return [(path - low) * scale + np.array([left, top]) for path in paths]

    def row(self, text: str, top: float = 0.0) -> list[Path2]:
        """Return a row of glyphs side by side."""
        found: list[Path2] = []
        left = 0.0
        for sign in text:
            own = self.glyph(sign, left, top)
            left = float(np.concatenate(own)[:, 0].max()) + 0.25 * HEIGHT
            found += own
        return found

    def cells(self, text: str) -> list[Path2]:
        """Return glyphs in the middles of cells."""
        found: list[Path2] = []
        for cell, sign in enumerate(text):
            own = self.glyph(sign, 0.0, (TALL - HEIGHT) / 2)
            middle = np.concatenate(own)[:, 0]
            shift = (cell + 0.5) * CELL - (float(middle.min()) + float(middle.max())) / 2
            found += [path + np.array([shift, 0.0]) for path in own]
        return found


def lines_of(form: str, count: int) -> list[Path2]:
    """Return the ruled lines of a form of some cells."""
    right = count * CELL
    ends = {"low": [(0, TALL), (right, TALL)], "high": [(0, 0), (right, 0)]}
    level = {"comb": ["low"], "boxes": ["low", "high"], "dividers": [], "margin": [], "base": ["low"]}[form]
    found = [np.array(ends[name], np.float64) for name in level]
    edges = {"comb": range(count + 1), "boxes": range(count + 1), "dividers": range(1, count)}.get(form, range(0))
    found += [np.array([(edge * CELL, 0), (edge * CELL, TALL)], np.float64) for edge in edges]
    if form == "margin":
        found.append(np.array([(-40, -50), (-40, TALL + 50)], np.float64))
    return found


def drawing_of(paths: list[Path2]) -> Drawing:
    return Drawing(tuple(Stroke.of(path.tolist()) for path in paths))


def picture_of(paths: list[Path2], ruled: list[Path2], *, turn: float = 0.0) -> Image.Image:
    """Return a picture of writing with ruled lines, turned by some degrees; a glyph is 50 pixels high."""
    low = np.concatenate([*paths, *ruled]).min(axis=0) - MARGIN
    high = np.concatenate([*paths, *ruled]).max(axis=0) + MARGIN
    # It is drawn twice as large as it gets, in mode L.
    image = Image.new("L", (round(high[0] - low[0]), round(high[1] - low[1])), 255)
    draw = ImageDraw.Draw(image)
    for own, width in ((paths, 8), (ruled, 4)):
        for path in own:
            places = [(float(x), float(y)) for x, y in path - low]
            draw.line(places, fill=0, width=width, joint="curve")
    turned = image.rotate(turn, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    return turned.reduce(2)
