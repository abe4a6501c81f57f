"""What a formula comes to, typeset beside it."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from digitvision.recognition.expression.typesetting import TypesetFormula
from digitvision.ui.formula_picture import renderer_of
from digitvision.ui.formula_view import EDGE_PX, LARGEST_SCALE


class ValueView(QWidget):
    """Shows one value, no larger than the formula may be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula: TypesetFormula | None = None
        self._renderer: QSvgRenderer | None = None
        self._menu: QMenu | None = None
        self.setMinimumSize(40, 40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Value"))

    @property
    def formula(self) -> TypesetFormula | None:
        """What is shown."""
        return self._formula

    def set_menu(self, menu: QMenu) -> None:
        """What the context menu offers."""
        self._menu = menu

    def show_value(self, formula: TypesetFormula | None, text: str) -> None:
        """Show a value; `text` says the same, for whom a picture says nothing."""
        self._formula, self._renderer = formula, None
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 80)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._renderer = None
            self.update()
        super().changeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._menu is not None and self._formula is not None:
            self._menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        formula = self._formula
        if formula is None:
            return
        if self._renderer is None:
            self._renderer = renderer_of(formula, self.palette().color(QPalette.ColorRole.WindowText))
        room_x, room_y = max(self.width() - 2 * EDGE_PX, 1), max(self.height() - 2 * EDGE_PX, 1)
        scale = min(LARGEST_SCALE, room_x / formula.width, room_y / formula.height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = QPointF(EDGE_PX, (self.height() - formula.height * scale) / 2)
        self._renderer.render(painter, QRectF(corner, QSizeF(formula.width, formula.height) * scale))


LONGEST_LATEX: Final = 400
"""Of a value that is typeset: more would be too small to be read, and would keep other formulas waiting."""


def value_latex(latex: str, *, equals: bool, after_equals: bool) -> str:
    """A value's LaTeX as it stands beside its formula; empty for one that is too long.

    Args:
        equals: The formula equals it; else it follows from it.
        after_equals: The formula ends with that sign already.
    """
    if len(latex) > LONGEST_LATEX:
        return ""
    if not equals:
        return rf"\rightarrow {latex}"
    told = latex.startswith(("=", r"\approx")) or after_equals
    return latex if told else f"= {latex}"
