"""A place that is kept for notices, so that nothing below it moves when one comes or goes.

A notice of more lines than usual lies over what is below the place.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitvision.ui.widgets.notice_bar import NoticeBar

LINES: Final = 2
"""Lines of a notice for which there is always room."""

NARROW_PX: Final = 480
"""Width below which the usual notice takes one line more."""


class NoticePlace(QWidget):
    """Shows another widget, whose place a notice takes while there is one."""

    def __init__(self, held: QWidget, parent: QWidget | None = None) -> None:
        """Show a widget.

        Args:
            held: The widget, which says less than a notice would.
            parent: The parent widget.
        """
        super().__init__(parent)
        self.notice = NoticeBar(self)
        """The notice."""
        self.notice.setAutoFillBackground(True)
        self.notice.installEventFilter(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(held)
        self._layout.addStretch(1)
        self._reserve()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.notice and event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._reserve()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reserve()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._reserve()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ParentChange:
            # A child of the place itself could not reach beyond its lower edge.
            hidden = self.notice.isHidden()
            self.notice.setParent(self.parentWidget() or self)
            self.notice.setHidden(hidden)
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_layout"):
            self._reserve()

    def _reserve(self) -> None:
        """Keep room for the usual notice, and lay the notice there, over what is below as far as it is longer."""
        margins = self.notice.contentsMargins()
        layout = self.notice.layout()
        assert layout is not None
        inner = layout.contentsMargins()
        edges = margins.top() + margins.bottom() + inner.top() + inner.bottom()
        lines = LINES + (self.width() < NARROW_PX)
        height = max(lines * self.fontMetrics().lineSpacing() + edges, self.notice.minimumSizeHint().height())
        if self.minimumHeight() != height:
            self.setMinimumHeight(height)
        corner = QPoint(0, 0) if self.notice.parentWidget() is self else self.pos()
        needed = layout.totalHeightForWidth(self.width())
        self.notice.setGeometry(QRect(corner, QSize(self.width(), max(height, self.height(), needed))))
        self.notice.raise_()
