"""Boxes over the ink: what each glyph was read as, and by colour and line style how sure that is."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen

from digitvision.ink.stroke import Bounds
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import IN_VOCABULARY_ABOVE, LIKELY_ABOVE, SURE_ABOVE, GlyphReading, Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.theme import accent, is_dark

BOX_MARGIN_PX: Final = 3.0
"""Space between the ink and its box."""

BOX_RADIUS_PX: Final = 5.0
LABEL_PX: Final = 12
LABEL_SPACE_PX: Final = 4.0
PIN_PX: Final = 3.5
LEAST_HEIGHT_PX: Final = 20.0
"""Height of the writing below which there are no boxes and labels, which would cover it: a line under a glyph tells of
doubt, and a dot of a correction."""

CHARACTER_ALPHA: Final = 70
"""How opaque the boxes of a word's characters are, of 255."""

LONGEST_LABEL: Final = 6
"""Number of characters that a label has at most."""

LONGEST_WORD: Final = 24
"""Number of characters that the label of a word has at most."""

WRITING_S: Final = 0.8
"""For this long after a stroke a tap is a dot of the writing, wherever it lands."""

POINTER_REACH_PX: Final = 12.0
FINGER_REACH_PX: Final = 16.0
"""Distance from a label's edge within which a tap of mouse or pen, or else of a finger, is meant for it."""

Trust = Literal["sure", "likely", "not sure"]

_DOUBT_COLOURS: Final = {"likely": ("#9a5b00", "#f0b952"), "not sure": ("#c0262d", "#ff8a80")}
"""Colours on a light and on a dark ground."""

_LINES: Final = {
    "sure": Qt.PenStyle.SolidLine,
    "likely": Qt.PenStyle.DashLine,
    "not sure": Qt.PenStyle.DotLine,
}


def trust_in(glyph: GlyphReading) -> Trust:
    """Return how sure a glyph's reading is, by the same limits as that of a whole drawing."""
    if glyph.prediction.in_vocabulary < IN_VOCABULARY_ABOVE:
        return "not sure"
    confidence = glyph.candidates[0].confidence
    return "sure" if confidence >= SURE_ABOVE else "likely" if confidence >= LIKELY_ABOVE else "not sure"


def trust_colour(trust: Trust, palette: QPalette) -> QColor:
    """Return the colour for a degree of trust; the style of the box's line says the same."""
    if trust == "sure":
        return accent(palette)
    return QColor(_DOUBT_COLOURS[trust][is_dark(palette)])


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """A glyph's box and label in the canvas's pixels, the boxes of a word's characters, and the rectangle of all.

    Around small writing, boxes would be all that is seen: there only those are `shown` that say something, as lines.
    """

    trust: Trust
    text: str
    pinned: bool
    rectangle: QRectF
    label: QRectF
    characters: tuple[QRectF, ...]
    extent: QRect

    @property
    def shown(self) -> bool:
        """Whether the box is painted."""
        return self.label.height() > 0 or self.pinned or self.trust != "sure"


class GlyphBoxes(QObject):
    """Paints the boxes; a tap on a label or within a box asks for the glyph's candidates, unless somebody writes."""

    picked = Signal(int, QRect)
    """Index of the glyph whose label was tapped, and the label's rectangle on the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._reading: Reading | None = None
        self._corrections = Corrections()
        self._picture_size = QSize()
        self._picture_palette: QPalette | None = None
        self._visible = True
        self._left_out: frozenset[int] = frozenset()
        self._boxes: list[_Box] = []
        self._known: dict[tuple[object, ...], tuple[GlyphReading, _Box]] = {}
        self._labelled = True
        self._known_in: tuple[object, ...] = ()
        self._view: tuple[float, ...] | None = None
        self._written_s = float("-inf")
        canvas.overlays.add(self, lowest=True)
        canvas.stroke_finished.connect(self._note_writing)

    @property
    def glyphs(self) -> tuple[GlyphReading, ...]:
        """The glyphs that have boxes."""
        return () if self._reading is None else self._reading.glyphs

    @property
    def visible(self) -> bool:
        """Whether boxes are shown where there is a reading."""
        return self._visible

    def set_visible(self, visible: bool) -> None:
        """Show the boxes, or hide them."""
        self._visible = visible
        self._canvas.update()

    def leave_out(self, strokes: Iterable[int]) -> None:
        """Paint no boxes of glyphs that have some of these strokes, which are being dragged."""
        self._left_out = frozenset(strokes)
        self._canvas.update()

    def show_reading(
        self,
        reading: Reading | None,
        corrections: Corrections,
        picture_size: QSize | None = None,
        picture_palette: QPalette | None = None,
    ) -> None:
        """Show the boxes of this reading; None for no boxes.

        Args:
            corrections: The corrections that it was read with: their glyphs are marked as pinned.
            picture_size: Size of the picture in whose pixels the boxes are given; None where the glyphs have strokes.
            picture_palette: Colours that are visible on that picture; None for the canvas's own.
        """
        self._picture_size = QSize() if picture_size is None else picture_size
        self._picture_palette = picture_palette
        if reading is None and self._reading is None:
            return
        before = self._lay_out()
        if corrections != self._corrections:
            self._known = {}
        self._reading, self._corrections = reading, corrections
        self._view = None
        # Most boxes of a page stay as they were. The others are painted anew where they go and where they come.
        now = self._lay_out()
        stay = set(map(id, before)) & set(map(id, now))
        for box in (*before, *now):
            if id(box) not in stay:
                self._canvas.update(box.extent)

    def rectangle(self, index: int) -> QRectF:
        """Return a glyph's box on the canvas."""
        return self._lay_out()[index].rectangle

    def trust(self, index: int) -> Trust:
        """Return how sure a glyph is by its box."""
        return self._lay_out()[index].trust

    def text(self, index: int) -> str:
        """Return the text of a glyph's label."""
        return self._lay_out()[index].text

    def label(self, index: int) -> QRectF:
        """Return the rectangle of a glyph's label on the canvas."""
        return self._lay_out()[index].label

    def characters(self, index: int) -> tuple[QRectF, ...]:
        """Return the boxes of a word's characters on the canvas; empty where they cannot be told apart."""
        return self._lay_out()[index].characters

    def is_pinned(self, index: int) -> bool:
        """Whether a glyph's box is marked as corrected by the user."""
        return self._lay_out()[index].pinned

    def glyph_at(self, position: QPointF) -> int | None:
        """Return the index of the glyph whose box holds this point, of several the smallest; None for none."""
        hit = [
            (box.rectangle.width() * box.rectangle.height(), index)
            for index, box in enumerate(self._lay_out())
            if box.rectangle.contains(position) or box.label.contains(position)
        ]
        return min(hit)[1] if hit else None

    def label_at(self, position: QPointF) -> int | None:
        """Return the index of the glyph whose label holds this point, for a finger one near it; None for none."""
        reach = (FINGER_REACH_PX - POINTER_REACH_PX) / 2 if self._canvas.touched else 0.0
        hit = [
            (_distance(box.label, position), index)
            for index, box in enumerate(self._lay_out())
            if box.label.height() > 0 and box.label.adjusted(-reach, 0, reach, reach).contains(position)
        ]
        return min(hit)[1] if hit else None

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Whether a label or a glyph's box lies here, and nobody is in the middle of writing."""
        writing = time.monotonic() - self._written_s < WRITING_S
        return self._visible and not writing and self._button_at(position) is not None

    def tap(self, position: QPointF) -> None:
        """Ask for the candidates of the glyph whose button lies here."""
        index = self._button_at(position)
        if index is not None:
            self.picked.emit(index, self.label(index).toAlignedRect())

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the boxes that lie in this part of the canvas."""
        if not self._visible or self._reading is None:
            return
        palette = self._picture_palette or self._canvas.palette()
        painter.setFont(self._font())
        for box, glyph in zip(self._lay_out(), self.glyphs, strict=True):
            if box.shown and box.extent.intersects(window) and self._left_out.isdisjoint(glyph.strokes):
                # The ground that makes a label easy to read must not take away what is written in the next row.
                bare = self._canvas.has_ink(box.label)
                _paint(painter, box, palette, bare=bare)

    def _note_writing(self) -> None:
        self._written_s = time.monotonic()

    def _button_at(self, position: QPointF) -> int | None:
        """Return the index of the glyph whose label or box is meant by a tap at this position; None for none."""
        boxes = self._lay_out()
        reach = FINGER_REACH_PX if self._canvas.touched else POINTER_REACH_PX
        near = [
            (_distance(box.label, position), index) for index, box in enumerate(boxes) if _is_near(box, position, reach)
        ]
        if near:
            return min(near)[1]
        index = self.glyph_at(position)
        if index is None:
            return None
        if not self._picture_size.isEmpty():
            # Nobody writes a dot into a picture.
            return index
        # What is written between the glyphs under a root is written within the root's box: a decimal point, say.
        around = boxes[index].rectangle
        others = (box for other, box in enumerate(boxes) if other != index)
        return None if any(around.contains(box.rectangle.center()) for box in others) else index

    def _font(self) -> QFont:
        font = QFont(self._canvas.font())
        font.setPixelSize(LABEL_PX)
        return font

    def _lay_out(self) -> list[_Box]:
        """Return the boxes as the canvas shows the drawing now."""
        corner, opposite = self._canvas.to_widget(0, 0), self._canvas.to_widget(1000, 1000)
        picture = self._canvas.picture_rectangle
        edges = () if picture is None else (picture.x(), picture.y(), picture.width(), picture.height())
        ends = self._canvas.height(), self._canvas.ink_margin_px
        view = (corner.x(), corner.y(), opposite.x(), opposite.y(), *ends, *edges)
        if view != self._view:
            self._view = view
            # Signs are flat; the height of the writing is that of digits and letters.
            heights = sorted(glyph.box.bottom - glyph.box.top for glyph in self.glyphs)
            height = heights[len(heights) * 3 // 4] if heights and picture is None else LEAST_HEIGHT_PX
            self._labelled = picture is not None or height * self._canvas.scale >= LEAST_HEIGHT_PX
            if (view, self._labelled) != self._known_in:
                self._known, self._known_in = {}, (view, self._labelled)
            metrics = QFontMetricsF(self._font())
            before, self._known, self._boxes = self._known, {}, []
            for glyph in self.glyphs:
                best = glyph.candidates[0]
                key = (id(glyph.prediction), best.text, best.confidence, glyph.box, glyph.strokes, glyph.characters)
                # The glyph is kept with its box, so that no other prediction can have the identity of its own.
                self._known[key] = before.get(key) or (glyph, self._box(glyph, metrics))
                self._boxes.append(self._known[key][1])
        return self._boxes

    def _box(self, glyph: GlyphReading, metrics: QFontMetricsF) -> _Box:
        rectangle = self._on_canvas(glyph.box)
        trust = trust_in(glyph)
        text = glyph.candidates[0].text[: LONGEST_WORD if glyph.is_word else LONGEST_LABEL]
        if trust == "not sure":
            text += "?"
        size = metrics.size(0, text) if self._labelled else QSizeF(0, 0)
        # At the lower left, where no dot of an i or j, no decimal point and no superscript is written.
        label = QRectF(rectangle.left(), rectangle.bottom() + 1, size.width() + 2 * LABEL_SPACE_PX, size.height())
        edge = self._canvas.height() - 2.0
        # Of a glyph that is out of sight the label is, too.
        if label.bottom() > edge > rectangle.top():
            label.moveBottom(edge)
        corrections = self._corrections if glyph.is_word else self._corrections.without_words()
        pinned = frozenset(glyph.strokes) in corrections.glyphs or any(
            box == glyph.box for box, _ in corrections.picture
        )
        extent = rectangle.united(label).adjusted(-4, -4, 4, 4).toAlignedRect()
        characters = () if pinned else tuple(self._on_canvas(box) & rectangle for box in glyph.characters)
        return _Box(trust, text, pinned, rectangle, label, characters, extent)

    def _on_canvas(self, box: Bounds) -> QRectF:
        picture = self._canvas.picture_rectangle
        if picture is None or self._picture_size.isEmpty():
            corners = (self._canvas.to_widget(box.left, box.top), self._canvas.to_widget(box.right, box.bottom))
            margin = BOX_MARGIN_PX + self._canvas.ink_margin_px
        else:
            across = picture.width() / self._picture_size.width()
            down = picture.height() / self._picture_size.height()
            corner = QPointF(picture.topLeft())
            corners = (
                corner + QPointF(box.left * across, box.top * down),
                corner + QPointF(box.right * across, box.bottom * down),
            )
            margin = BOX_MARGIN_PX
        return QRectF(*corners).adjusted(-margin, -margin, margin, margin)


def _is_near(box: _Box, position: QPointF, reach: float) -> bool:
    """Whether a point is so near a label that a tap is meant for it.

    The area reaches sideways and down from the label, but up only within the glyph's box: a decimal point or a dot is
    written beside the box, above the label.
    """
    label = box.label
    if label.adjusted(-reach, 0, reach, reach).contains(position):
        return True
    return label.adjusted(-reach, -reach, reach, 0).contains(position) and box.rectangle.contains(position)


def _distance(label: QRectF, position: QPointF) -> float:
    """Return how far a point is from a label; 0 within it."""
    across = max(label.left() - position.x(), position.x() - label.right(), 0.0)
    down = max(label.top() - position.y(), position.y() - label.bottom(), 0.0)
    return across + down


def _paint(painter: QPainter, box: _Box, palette: QPalette, *, bare: bool) -> None:
    colour = trust_colour(box.trust, palette)
    labelled = box.label.height() > 0
    line = QPen(colour, 1.5 if box.trust == "sure" else 1.8, _LINES[box.trust])
    line.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if labelled:
        painter.drawRoundedRect(box.rectangle, BOX_RADIUS_PX, BOX_RADIUS_PX)
        _paint_characters(painter, box, colour)
        _paint_label(painter, box, palette, bare=bare)
    else:
        # A box around small ink would be all that is seen.
        painter.drawLine(box.rectangle.bottomLeft(), box.rectangle.bottomRight())
    if box.pinned:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(box.rectangle.topRight(), PIN_PX, PIN_PX)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_characters(painter: QPainter, box: _Box, colour: QColor) -> None:
    """Paint the boxes of a word's characters, so pale that the word's own is seen first."""
    pale = QColor(colour)
    pale.setAlpha(CHARACTER_ALPHA)
    painter.setPen(QPen(pale, 1.0))
    for rectangle in box.characters:
        painter.drawRect(rectangle)


def _paint_label(painter: QPainter, box: _Box, palette: QPalette, *, bare: bool) -> None:
    if not bare:
        ground = QColor(palette.color(QPalette.ColorRole.Base))
        ground.setAlpha(215)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box.label, 3, 3)
    painter.setPen(trust_colour(box.trust, palette))
    painter.drawText(box.label, Qt.AlignmentFlag.AlignCenter, box.text)
