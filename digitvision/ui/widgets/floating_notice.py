"""A notice that lies over the window's status bar, so that nothing moves under the pen when it comes and goes."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from digitvision.ui.theme import muted
from digitvision.ui.widgets.notice_bar import NoticeBar, NoticeKind

EDGE_PX: Final = 2
"""Space between the notice and the edges of the window."""

WIDTHS_PX: Final = (320, 760)
"""Smallest and largest width; a longer sentence is wrapped, and then the notice reaches into the margin of the page."""

PASSES_MS: Final = 10_000
"""Time after which news goes by itself that needs no answer."""

RADIUS_PX: Final = 5.0


class FloatingNotice(NoticeBar):
    """Stands at the lower edge of a window, no larger than its sentence needs."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setFrameShape(self.Shape.NoFrame)
        window.installEventFilter(self)
        self._beside: QWidget | None = None
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(PASSES_MS)
        self._passing.timeout.connect(self.dismiss)

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
        """Show a notice; see `NoticeBar.show_notice`. News without a button goes by itself after a while."""
        self._passing.stop()
        if kind != "warning" and action is None and second is None:
            self._passing.start()
        super().show_notice(sentence, kind=kind, label=label, action=action, second=second, about=about)
        self._place()
        self.raise_()

    def keep_clear_of(self, widget: QWidget) -> None:
        """Leave this widget of the status bar in sight whenever it is shown."""
        self._beside = widget
        widget.installEventFilter(self)

    @Slot()
    def let_pass(self) -> None:
        """Hide news that needs no answer, because the work goes on."""
        if self._passing.isActive():
            self.dismiss()

    @Slot()
    def dismiss(self) -> None:
        """Hide the notice."""
        self._passing.stop()
        super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        elif watched is self._beside and event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move):
            # Once the status bar is laid out.
            QTimer.singleShot(0, self, self._place)
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

    @Slot()
    def _place(self) -> None:
        layout = self.layout()
        if layout is None or self.isHidden():
            return
        layout.activate()
        least, most = WIDTHS_PX
        width = min(min(max(self.width_of_one_line(), least), most), self._window.width() - 2 * EDGE_PX)
        left, bottom = (self._window.width() - width) // 2, self._window.height() - EDGE_PX
        if self._beside is not None and self._beside.isVisible():
            corner = self._beside.mapTo(self._window, QPoint(0, 0))
            if left + width > corner.x() >= least + 2 * EDGE_PX:
                width = min(width, corner.x() - 2 * EDGE_PX)
                left = min(left, corner.x() - width - EDGE_PX)
            elif left + width > corner.x():
                bottom = self._window.statusBar().geometry().top() - EDGE_PX
        height = max(layout.totalHeightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(QRect(left, bottom - height, width, height))
