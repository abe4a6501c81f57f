"""A text as a picture that shows what it has otherwise than another one: for words, which are not typeset."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

LONGEST_TEXT: Final = 24
TEXT_AROUND: Final = 6
"""Signs on either side of what is different in a long text."""

EDGE_PX: Final = 2.0
RADIUS_PX: Final = 2.5


def marked_signs(text: str, before: str) -> list[tuple[str, bool]]:
    """What is shown of a text where there is little room.

    Args:
        text: It; of a long one `LONGEST_TEXT` signs stay, with what it has otherwise first among them, and dots.
        before: What it is compared with.

    Returns:
        Its signs, each with whether the other text has it otherwise; none is marked where all of them would be.
    """
    blocks = SequenceMatcher(None, before, text, autojunk=False).get_matching_blocks()
    same = {place for block in blocks for place in range(block.b, block.b + block.size)}
    signs = [(sign, bool(same) and place not in same) for place, sign in enumerate(text)]
    if len(signs) <= LONGEST_TEXT:
        return signs
    alike = next(
        (place for place, (one, other) in enumerate(zip(text, before, strict=False)) if one != other), len(before)
    )
    first = max(min(alike - TEXT_AROUND, len(text) - LONGEST_TEXT), 0)
    last = min(first + LONGEST_TEXT, len(text))
    dots = [("…", False)]
    return [*dots[: int(first > 0)], *signs[first:last], *dots[: int(last < len(text))]]


def image_of_text(
    signs: Sequence[tuple[str, bool]], *, font: QFont, ratio: float, colour: QColor, mark: QColor
) -> QImage:
    """Paint a text in one line.

    Args:
        signs: Each with whether it has the `mark` behind it.
        font: Of all of it.
        ratio: Pixels of the picture for each pixel of the font.
        colour: Of the text; nothing lies behind it.
        mark: Behind what is marked; neighbours flow together.
    """
    text, metrics = "".join(sign for sign, _ in signs), QFontMetricsF(font)
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
    for start, end in _runs([marked for _, marked in signs]):
        left, right = metrics.horizontalAdvance(text[:start]), metrics.horizontalAdvance(text[:end])
        painter.drawRoundedRect(QRectF(EDGE_PX + left, 0, right - left, height), RADIUS_PX, RADIUS_PX)
    painter.setPen(colour)
    painter.drawText(QPointF(EDGE_PX, metrics.ascent()), text)
    painter.end()
    return image


def _runs(marked: Sequence[bool]) -> list[tuple[int, int]]:
    """Where each run of marked signs begins, and behind its end."""
    runs: list[tuple[int, int]] = []
    for place, one in enumerate(marked):
        if one and runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        elif one:
            runs.append((place, place + 1))
    return runs
