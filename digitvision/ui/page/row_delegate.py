"""How a row of the list is painted: its number, what was read, how sure that is, and what it comes to."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.ui.canvas.glyph_boxes import trust_colour
from digitvision.ui.page.formula_pictures import FormulaPictures
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.page.row_model import Index
from digitvision.ui.reading.reading_text import ReadingTrust, trust_words
from digitvision.ui.theme import accent, hairline, muted

SPACE_PX: Final = 8
NUMBER_PX: Final = 26
"""Width of the row's number."""

SMALL_PX: Final = 12
TEXT_PX: Final = 17
"""Size of the letters of numbers and of trust, and of words that are not typeset."""

LARGEST_SCALE: Final = 0.85
HIGHEST_PX: Final = 52
"""Largest scale and height of a formula in the list."""

GAP_PX: Final = 14
"""Space between what was read and what it comes to."""

LEAST_HEIGHT_PX: Final = 40
MARK_PX: Final = 15
"""Side of the sign for trust."""

_WRAPPED: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_HIGHEST_SENTENCE_PX: Final = 200

_KEPT: Final = 400
"""Number of rows whose layouts are remembered."""

_SIGNS: Final[dict[ReadingTrust, str]] = {"sure": "✓", "likely": "~", "not sure": "?", "chosen": "✓"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A formula or a text, and where it stands below the row's upper left corner; a sentence goes on on more lines."""

    formula: TypesetFormula | None
    text: str
    place: QRectF
    scale: float
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """A row laid out: what was read, what it comes to, why that is doubtful, and the height of all together."""

    read: _Piece
    value: _Piece | None
    height: float
    doubt: _Piece | None = None


class RowDelegate(QStyledItemDelegate):
    """Paints rows; what was computed has the accent's colour, what was read the text's, an old value is grey."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = FormulaPictures()
        self._layouts: dict[tuple[object, ...], _Layout] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        item = index.data(Qt.ItemDataRole.UserRole)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractScrollArea) else option.rect.width()
        height = self._lay_out(item, width, _font(option.font, TEXT_PX)).height
        return QSize(0, max(round(height) + 2 * SPACE_PX, LEAST_HEIGHT_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: RowItem = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if chosen:
            _paint_chosen(painter, rect, palette, focused=bool(state & QStyle.StateFlag.State_HasFocus))
        painter.setFont(_font(font, SMALL_PX))
        painter.setPen(accent(palette) if chosen else muted(palette))
        number = QRectF(rect.left(), rect.top(), NUMBER_PX, rect.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(index.row() + 1))
        if item.trust is not None:
            self._paint_trust(painter, QRectF(rect), item.trust, palette)
        laid_out = self._lay_out(item, rect.width(), _font(font, TEXT_PX))
        top = rect.top() + (rect.height() - laid_out.height) / 2
        corner = QPointF(rect.left() + NUMBER_PX + SPACE_PX, top)
        read_colour = muted(palette) if item.trust is None else palette.color(QPalette.ColorRole.Text)
        self._paint_piece(painter, laid_out.read, corner, read_colour, _font(font, TEXT_PX))
        if laid_out.value is not None:
            computed = item.value is not None
            colour = accent(palette) if computed and item.complete else muted(palette)
            self._paint_piece(painter, laid_out.value, corner, colour, _font(font, TEXT_PX if computed else SMALL_PX))
        if laid_out.doubt is not None:
            colour = trust_colour("not sure", palette)
            self._paint_piece(painter, laid_out.doubt, corner, colour, _font(font, SMALL_PX))
        painter.setPen(QPen(hairline(palette), 0))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _lay_out(self, item: RowItem, width: int, font: QFont) -> _Layout:
        key = (width, font.key(), *item.looks)
        known = self._layouts.get(key)
        if known is None:
            if len(self._layouts) >= _KEPT:
                self._layouts.clear()
            known = self._layouts[key] = self._doubted(item, self._laid_out(item, width, font), width, font)
        return known

    def _doubted(self, item: RowItem, layout: _Layout, width: int, font: QFont) -> _Layout:
        """Return a layout with a line below it where the value rests on a row that is not sure."""
        if not item.doubtful:
            return layout
        text = self.tr("? Rests on {rows}").format(rows=item.doubtful_rows)
        doubt = _sentence(text, self._room(width, font), QFontMetricsF(_font(font, SMALL_PX)))
        doubt = _moved(doubt, QPointF(0, layout.height + SPACE_PX / 2))
        return _Layout(layout.read, layout.value, doubt.place.bottom(), doubt)

    def _room(self, width: int, font: QFont) -> float:
        return max(width - NUMBER_PX - self._trust_width(font) - 3 * SPACE_PX, 60)

    def _laid_out(self, item: RowItem, width: int, font: QFont) -> _Layout:
        room = self._room(width, font)
        metrics = QFontMetricsF(font)
        read = _piece(item.formula if item.under is None else None, item.text or self.tr("…"), room, metrics)
        comes_to = item.value_text or item.sentence
        if not comes_to and item.value is not None and item.value.plots:
            comes_to = self.tr("graph")
        comes_to = comes_to or item.kind_text
        if not comes_to:
            return _Layout(read, None, read.place.height())
        small = metrics if item.value is not None else QFontMetricsF(_font(font, SMALL_PX))
        value = _sentence(item.sentence, room, small)
        if not item.sentence:
            value = _piece(item.value_formula, comes_to, room, small)
        if item.sentence or read.place.width() + GAP_PX + value.place.width() > room:
            below = QPointF(0, read.place.height() + SPACE_PX / 2)
            value = _moved(value, below)
            return _Layout(read, value, value.place.bottom())
        # On one line, what was read and what it comes to share a baseline.
        lines = [_baseline(piece, metrics) for piece in (read, value)]
        line = max(lines)
        read = _moved(read, QPointF(0, line - lines[0]))
        value = _moved(value, QPointF(read.place.width() + GAP_PX, line - lines[1]))
        return _Layout(read, value, max(read.place.bottom(), value.place.bottom()))

    def _trust_width(self, font: QFont) -> float:
        metrics = QFontMetricsF(_font(font, SMALL_PX))
        return MARK_PX + 4 + max(metrics.horizontalAdvance(trust_words(one)) for one in _SIGNS)

    def _paint_trust(self, painter: QPainter, rect: QRectF, trust: ReadingTrust, palette: QPalette) -> None:
        """Paint a sign and a word; a row that is not sure has a mark along its edge, too."""
        colour = trust_colour(trust, palette) if trust == "likely" or trust == "not sure" else muted(palette)
        width = self._trust_width(painter.font())
        left = rect.right() - SPACE_PX - width
        circle = QRectF(left, rect.center().y() - MARK_PX / 2, MARK_PX, MARK_PX)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, _SIGNS[trust])
        words = QRectF(circle.right() + 4, rect.top(), rect.right() - circle.right() - 4, rect.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, trust_words(trust))
        if trust == "not sure":
            painter.setPen(QPen(colour, 2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(rect.left() + 5, rect.top() + 6), QPointF(rect.left() + 5, rect.bottom() - 6))

    def _paint_piece(self, painter: QPainter, piece: _Piece, corner: QPointF, colour: QColor, font: QFont) -> None:
        place = piece.place.translated(corner)
        if piece.formula is not None:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(place.topLeft(), self._pictures.picture(piece.formula, colour, piece.scale, ratio))
            return
        painter.setFont(font)
        painter.setPen(colour)
        if piece.wraps:
            painter.drawText(place, _WRAPPED, piece.text)
            return
        shown = QFontMetricsF(font).elidedText(piece.text, Qt.TextElideMode.ElideRight, place.width() + 1)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _paint_chosen(painter: QPainter, rect: QRect, palette: QPalette, *, focused: bool) -> None:
    tint = QColor(accent(palette))
    tint.setAlpha(36)
    painter.fillRect(rect, tint)
    painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), accent(palette))
    if focused:
        painter.setPen(QPen(accent(palette), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -1.5))


def _piece(formula: TypesetFormula | None, text: str, room: float, metrics: QFontMetricsF) -> _Piece:
    """Return a formula, or its text where it is not typeset, as large as there is room for it."""
    if formula is None:
        width = min(metrics.horizontalAdvance(text) + 1, room)
        return _Piece(None, text, QRectF(0, 0, width, metrics.height()), 1.0)
    scale = min(LARGEST_SCALE, room / formula.width, HIGHEST_PX / formula.height)
    size = QSizeF(formula.width * scale, formula.height * scale)
    return _Piece(formula, text, QRectF(QPointF(0, 0), size), scale)


def _sentence(text: str, room: float, metrics: QFontMetricsF) -> _Piece:
    """Return a sentence on as many lines as it takes."""
    size = metrics.boundingRect(QRectF(0, 0, room, _HIGHEST_SENTENCE_PX), _WRAPPED, text)
    return _Piece(None, text, QRectF(0, 0, room, size.height()), 1.0, wraps=True)


def _baseline(piece: _Piece, metrics: QFontMetricsF) -> float:
    return metrics.ascent() if piece.formula is None else piece.formula.baseline * piece.scale


def _moved(piece: _Piece, by: QPointF) -> _Piece:
    return replace(piece, place=piece.place.translated(by))


def _font(base: QFont, pixels: int) -> QFont:
    font = QFont(base)
    font.setPixelSize(pixels)
    return font
