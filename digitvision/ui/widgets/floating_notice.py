"""A notice that lies over the window's status bar, so that nothing moves under the pen when it comes and goes."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMainWindow

from digitvision.ui.theme import muted
from digitvision.ui.widgets.notice_bar import NoticeBar, NoticeKind

EDGE_PX: Final = 2
"""Space between the notice and the edges of the window."""

WIDTHS_PX: Final = (320, 760)
"""Smallest and largest width; a longer sentence is wrapped, and then the notice reaches into the margin of the page."""

RADIUS_PX: Final = 5.0


class FloatingNotice(NoticeBar):
    """Stands at the lower edge of a window, no larger than its sentence needs."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setFrameShape(self.Shape.NoFrame)
        window.installEventFilter(self)

    def show_notice(
        self,
        sentence: str,
        *,
        kind: NoticeKind,
        label: str = "",
        action: Callable[[], object] | None = None,
        second: tuple[str, Callable[[], object]] | None = None,
        about: str = "",
    ) -> None:
        """Show a notice; see `NoticeBar.show_notice`."""
        super().show_notice(sentence, kind=kind, label=label, action=action, second=second, about=about)
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and not self.isHidden():
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        painter.setPen(QPen(muted(self.palette()), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)

    def _place(self) -> None:
        layout = self.layout()
        if layout is None or self.isHidden():
            return
        layout.activate()
        least, most = WIDTHS_PX
        width = min(min(max(self.width_of_one_line(), least), most), self._window.width() - 2 * EDGE_PX)
        height = max(layout.totalHeightForWidth(width), self.minimumSizeHint().height())
        left, top = (self._window.width() - width) // 2, self._window.height() - height - EDGE_PX
        self.setGeometry(QRect(left, top, width, height))
