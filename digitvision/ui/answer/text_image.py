"""A text as a picture with its differences from another text marked: for words, which are not typeset."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

LONGEST_TEXT: Final = 24
"""Number of characters that are shown of a text at most."""

TEXT_AROUND: Final = 6
"""Number of characters shown before the first difference in a long text."""

EDGE_PX: Final = 2.0
RADIUS_PX: Final = 2.5


def marked_characters(text: str, before: str) -> list[tuple[str, bool]]:
    """Compare a text with another one, and shorten it where it is long.

    Args:
        text: The text; of a long one `LONGEST_TEXT` characters stay, the first difference among them.
        before: The text that it is compared with.

    Returns:
        The characters, each with whether it differs from the other text, and dots for those left out; none is marked
        where all of them would be.
    """
    blocks = SequenceMatcher(None, before, text, autojunk=False).get_matching_blocks()
    same = {index for block in blocks for index in range(block.b, block.b + block.size)}
    characters = [(character, bool(same) and index not in same) for index, character in enumerate(text)]
    if len(characters) <= LONGEST_TEXT:
        return characters
    alike = next(
        (index for index, (one, other) in enumerate(zip(text, before, strict=False)) if one != other), len(before)
    )
    first = max(min(alike - TEXT_AROUND, len(text) - LONGEST_TEXT), 0)
    last = min(first + LONGEST_TEXT, len(text))
    dots = [("…", False)]
    return [*dots[: int(first > 0)], *characters[first:last], *dots[: int(last < len(text))]]


def image_of_text(
    characters: Sequence[tuple[str, bool]], *, font: QFont, ratio: float, colour: QColor, mark: QColor
) -> QImage:
    """Paint a text in one line on a transparent ground.

    Args:
        characters: The characters, each with whether it is marked.
        font: Font of the text.
        ratio: Pixels of the picture for each pixel of the font.
        colour: Colour of the text.
        mark: Colour behind marked characters; the marks of neighbours are joined.
    """
    text, metrics = "".join(character for character, _ in characters), QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 2 * EDGE_PX, metrics.height()
    image = QImage(
        max(round(width * ratio), 1), max(round(height * ratio), 1), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.scale(ratio, ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mark)
    for start, end in _runs([marked for _, marked in characters]):
        left, right = metrics.horizontalAdvance(text[:start]), metrics.horizontalAdvance(text[:end])
        painter.drawRoundedRect(QRectF(EDGE_PX + left, 0, right - left, height), RADIUS_PX, RADIUS_PX)
    painter.setPen(colour)
    painter.drawText(QPointF(EDGE_PX, metrics.ascent()), text)
    painter.end()
    return image


def _runs(marked: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the start and the end (exclusive) of each run of marked characters."""
    runs: list[tuple[int, int]] = []
    for index, one in enumerate(marked):
        if one and runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        elif one:
            runs.append((index, index + 1))
    return runs
