"""A notice that lies over the page in sight, so that nothing moves under the pen when it comes and goes."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QTabWidget

from digitvision.ui.widgets.notice_bar import NoticeBar, NoticeKind

EDGE_PX: Final = 8
"""Space between the notice and the edges of the page."""

WIDTHS_PX: Final = (320, 760)
"""Smallest and largest width; a longer sentence is wrapped."""


class FloatingNotice(NoticeBar):
    """Stands at the upper edge of the tabs' page, no larger than its sentence needs."""

    def __init__(self, tabs: QTabWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self.setAutoFillBackground(True)
        tabs.installEventFilter(self)

    def show_notice(
        self,
        sentence: str,
        *,
        kind: NoticeKind,
        label: str = "",
        action: Callable[[], None] | None = None,
        about: str = "",
    ) -> None:
        """Show a notice over the page; see `NoticeBar.show_notice`."""
        super().show_notice(sentence, kind=kind, label=label, action=action, about=about)
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._tabs and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and not self.isHidden():
            self._place()

    def _place(self) -> None:
        layout = self.layout()
        if layout is None or self.isHidden():
            return
        layout.activate()
        least, most = WIDTHS_PX
        wanted = min(max(self.width_of_one_line(), least), most)
        width = min(wanted, self._tabs.width() - 2 * EDGE_PX)
        height = max(layout.totalHeightForWidth(width), self.minimumSizeHint().height())
        top = self._tabs.tabBar().geometry().bottom() + 1 + EDGE_PX
        self.setGeometry(QRect((self._tabs.width() - width) // 2, top, width, height))
