"""The value of a formula, typeset beside it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.ui.answer.formula_image import renderer_of
from digitvision.ui.answer.formula_view import EDGE_PX, LARGEST_SCALE
from digitvision.ui.theme import accent, muted


class ValueView(QWidget):
    """Shows one value in the accent's colour, no larger than the formula may be, on its baseline where there is room.

    Args:
        baseline: Returns how far below the top of both widgets the formula's baseline is; None where there is none.
        parent: The parent widget.
    """

    def __init__(self, baseline: Callable[[], float | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._baseline = baseline
        self._formula: TypesetFormula | None = None
        self._renderer: QSvgRenderer | None = None
        self._current = True
        self._menu: QMenu | None = None
        self.setMinimumSize(40, 40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Value"))

    @property
    def formula(self) -> TypesetFormula | None:
        """The value in sight; None without one."""
        return self._formula

    def set_menu(self, menu: QMenu) -> None:
        """Set the context menu."""
        self._menu = menu

    def show_value(self, formula: TypesetFormula | None, text: str, *, current: bool = True) -> None:
        """Show a value; `text` is the same as text, for screen readers and the tool tip.

        One that is not `current` is grey: it is that of what was there before, and a new one is worked out.
        """
        self._formula, self._renderer, self._current = formula, None, current
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def rectangle(self) -> QRectF:
        """Return the value's rectangle on this widget; empty without a value."""
        if self._formula is None:
            return QRectF()
        room_x, room_y = max(self.width() - 2 * EDGE_PX, 1), max(self.height() - 2 * EDGE_PX, 1)
        scale = min(LARGEST_SCALE, room_x / self._formula.width, room_y / self._formula.height)
        size = QSizeF(self._formula.width, self._formula.height) * scale
        middle = (self.height() - size.height()) / 2
        line = self._baseline()
        top = middle if line is None else line - self._formula.baseline * scale
        top = max(min(top, self.height() - EDGE_PX - size.height()), min(EDGE_PX, middle))
        return QRectF(QPointF(EDGE_PX, top), size)

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
            # What was computed is told from what was read and from ink by its colour, and by the sign before it.
            colour = accent if self._current else muted
            self._renderer = renderer_of(formula, colour(self.palette()))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._renderer.render(painter, self.rectangle())


LONGEST_LATEX: Final = 400
"""Longest LaTeX of a value that is typeset: more would be too small to be read, and would delay other formulas."""


def value_latex(latex: str, *, equals: bool, after_equals: bool) -> str:
    """Return a value's LaTeX as it is typeset beside its formula; empty for one that is too long.

    Args:
        latex: LaTeX of the value.
        equals: Whether the formula equals the value; else the value follows from it.
        after_equals: Whether the formula ends with an equals sign.
    """
    if len(latex) > LONGEST_LATEX:
        return ""
    if not equals:
        return rf"\rightarrow {latex}"
    has_sign = latex.startswith(("=", r"\approx")) or after_equals
    return latex if has_sign else f"= {latex}"
