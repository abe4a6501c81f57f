"""The typeset formula, as large as it fits. Its symbols can be chosen, and it can be dragged to another program."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.ui.answer.formula_image import image_of, renderer_of
from digitvision.ui.theme import accent

LARGEST_SCALE: Final = 2.0
"""Largest scale of a formula, so that two symbols do not fill the screen."""

EDGE_PX: Final = 4
"""Space around the formula."""

LEAST_WIDTH_PX: Final = 160
"""Least width of the view where nothing stands beside it."""

PLAIN_POINTS: Final = 22.0
"""Size of the text that is shown for a formula that cannot be typeset."""

LEAST_POINTS: Final = 13.0
"""Smallest size of such a text: a longer one takes several lines."""

SYMBOL_MARGIN_PX: Final = 3.0


class FormulaView(QWidget):
    """Shows one formula. A click on a symbol, or Enter on one that the arrow keys have chosen, picks it."""

    picked = Signal(int, QRect)
    """Index of a symbol in its layout, and its rectangle on this widget."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: TypesetFormula | None = None
        self._text = ""
        self._renderer: QSvgRenderer | None = None
        self._chosen: int | None = None
        self._pressed: QPointF | None = None
        self._mime: Callable[[], QMimeData] | None = None
        self._menu: QMenu | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(LEAST_WIDTH_PX, 40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Formula"))
        self.setToolTip(self.tr("Click on a symbol to correct it; drag the formula into another program"))

    @property
    def formula(self) -> TypesetFormula | None:
        """The typeset formula in sight; None without one."""
        return self._formula

    @property
    def text(self) -> str:
        """The formula as text."""
        return self._text

    @property
    def chosen(self) -> int | None:
        """Index of the symbol under the pointer, or that the arrow keys have chosen."""
        return self._chosen

    def set_dragged(self, mime: Callable[[], QMimeData]) -> None:
        """Set what returns the data for a formula that is dragged to another program."""
        self._mime = mime

    def set_menu(self, menu: QMenu) -> None:
        """Set the context menu."""
        self._menu = menu

    def show_formula(self, formula: TypesetFormula | None, text: str) -> None:
        """Show a formula, or its text in one line where it cannot be typeset."""
        if formula is self._formula and text == self._text:
            return
        self._formula, self._text = formula, text
        self._renderer, self._chosen = None, None
        self.setAccessibleDescription(text)
        self.update()

    def symbol_rectangle(self, index: int) -> QRectF:
        """Return a symbol's rectangle on this widget; empty for a symbol that is not shown."""
        if self._formula is None or index not in self._formula.rectangles:
            return QRectF()
        scale, origin = self._scale_and_origin(self._formula)
        left, top, width, height = self._formula.rectangles[index]
        return QRectF(origin + QPointF(left, top) * scale, _size(width, height, scale))

    def baseline(self) -> float | None:
        """Return how far below the widget's top the formula's baseline is; None without a typeset formula."""
        if self._formula is None:
            return None
        scale, origin = self._scale_and_origin(self._formula)
        return origin.y() + self._formula.baseline * scale

    def sizeHint(self) -> QSize:
        return QSize(360, 80)

    def _scale_and_origin(self, formula: TypesetFormula) -> tuple[float, QPointF]:
        """Return the formula's scale and its upper left corner, at the left and in the middle of the height."""
        room_x, room_y = max(self.width() - 2 * EDGE_PX, 1), max(self.height() - 2 * EDGE_PX, 1)
        scale = min(LARGEST_SCALE, room_x / formula.width, room_y / formula.height)
        return scale, QPointF(EDGE_PX, (self.height() - formula.height * scale) / 2)

    def _symbol_at(self, position: QPointF) -> int | None:
        if self._formula is None:
            return None
        scale, origin = self._scale_and_origin(self._formula)
        point = (position - origin) / scale
        return self._formula.symbol_at(point.x(), point.y())

    # --- pointer and keys ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._choose(self._symbol_at(event.position()))
        elif (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            self._choose(self._symbol_at(event.position()))
            self._pick()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._choose(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        step = {keys.Key_Right: 1, keys.Key_Down: 1, keys.Key_Left: -1, keys.Key_Up: -1}.get(keys(event.key()))
        if step is not None and self._formula is not None and self._formula.rectangles:
            order = sorted(self._formula.rectangles, key=lambda index: self.symbol_rectangle(index).center().x())
            now = order.index(self._chosen) if self._chosen in order else -1 if step > 0 else len(order)
            self._choose(order[min(max(now + step, 0), len(order) - 1)])
        elif event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Space):
            self._pick()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._choose(None)
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._menu is not None and self._text:
            self._menu.popup(event.globalPos())

    def _choose(self, index: int | None) -> None:
        if index != self._chosen:
            self._chosen = index
            shapes = Qt.CursorShape
            self.setCursor(shapes.ArrowCursor if index is None else shapes.PointingHandCursor)
            self.update()

    def _pick(self) -> None:
        if self._chosen is not None:
            self.picked.emit(self._chosen, self.symbol_rectangle(self._chosen).toAlignedRect())

    def _drag(self) -> None:
        if self._mime is None or not self._text:
            return
        drag = QDrag(self)
        drag.setMimeData(self._mime())
        if self._formula is not None:
            colour = self.palette().color(QPalette.ColorRole.WindowText)
            drag.setPixmap(QPixmap.fromImage(image_of(self._formula, scale=1.0, colour=colour, ground=None)))
        drag.exec(Qt.DropAction.CopyAction)

    # --- painting -----------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._renderer = None
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._formula is None:
            self._paint_text(painter)
        else:
            self._paint_formula(painter, self._formula)
        if self.hasFocus():
            painter.setPen(QPen(accent(self.palette()), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _paint_formula(self, painter: QPainter, formula: TypesetFormula) -> None:
        if self._chosen is not None:
            margin = SYMBOL_MARGIN_PX
            tint = QColor(accent(self.palette()))
            tint.setAlpha(60)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            rectangle = self.symbol_rectangle(self._chosen).adjusted(-margin, -margin, margin, margin)
            painter.drawRoundedRect(rectangle, 3, 3)
        if self._renderer is None:
            self._renderer = renderer_of(formula, self.palette().color(QPalette.ColorRole.WindowText))
        scale, origin = self._scale_and_origin(formula)
        self._renderer.render(painter, QRectF(origin, _size(formula.width, formula.height, scale)))

    def _paint_text(self, painter: QPainter) -> None:
        room = self.rect().adjusted(4, 0, -4, 0)
        font = self.font_for(room.width())
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetricsF(font)
        wrapped = int(flags) | int(Qt.TextFlag.TextWordWrap)
        if metrics.horizontalAdvance(self._text) <= room.width():
            painter.drawText(room, flags, self._text)
        elif metrics.boundingRect(QRectF(room), wrapped, self._text).height() <= room.height():
            painter.drawText(room, wrapped, self._text)
        else:
            painter.drawText(room, flags, metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room.width()))

    def font_for(self, width: float) -> QFont:
        """Return the font in which the text fits into this width in pixels, or the smallest one that is well read."""
        font = self.font()
        font.setPointSizeF(PLAIN_POINTS)
        needed = QFontMetricsF(font).horizontalAdvance(self._text)
        if needed > width:
            font.setPointSizeF(max(PLAIN_POINTS * width / needed, LEAST_POINTS))
        return font


def _size(width: float, height: float, scale: float) -> QSizeF:
    return QSizeF(width * scale, height * scale)
