"""A notice in the free part of the row of tabs, for what lasts: it moves nothing, and covers nothing."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QTabWidget, QWidget

from digitvision.ui.theme import icon

SIDE_PX: Final = 12
"""Space between the notice and what stands beside it in the row."""

ICON_PX: Final = 16
SPACE_PX: Final = 6


class LastingNotice(QWidget):
    """Stands between the last tab and the corner of the row; it stays until `dismiss` is called, when its cause ends.

    Of its sentence it shows as much as there is room for; the tool tip has all of it.
    """

    def __init__(self, tabs: QTabWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._forms: tuple[str, ...] = ("",)
        self._action: Callable[[], object] | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.setFlat(True)
        font = self._button.font()
        font.setUnderline(True)
        self._button.setFont(font)
        self._button.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        for watched in (tabs, tabs.tabBar()):
            watched.installEventFilter(self)
        corner = tabs.cornerWidget()
        if corner is not None:
            corner.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The whole sentence while the notice is in sight; empty otherwise."""
        return "" if self.isHidden() else self._forms[0]

    @property
    def text_in_sight(self) -> str:
        """As much of the sentence as is shown; empty while the notice is hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_notice(self, forms: Sequence[str], *, label: str, action: Callable[[], object]) -> None:
        """Show a warning.

        Args:
            forms: The sentence, and shorter forms of it for where there is less room.
            label: Text of the button.
            action: Called by the button; the notice stays.
        """
        self._forms, self._action = tuple(forms), action
        self._button.setText(label)
        self._button.setAccessibleDescription(self._forms[0])
        self.setAccessibleName(self._forms[0])
        self.setToolTip(self._forms[0])
        self._take_icon()
        self.show()
        self._place()
        self.raise_()

    @Slot()
    def dismiss(self) -> None:
        """Hide the notice."""
        self.hide()

    @Slot()
    def _act(self) -> None:
        if self._action is not None:
            self._action()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moves = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.LayoutRequest)
        if event.type() in moves and not self.isHidden():
            # Once the row has been laid out.
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self.isHidden():
            return
        if event.type() == QEvent.Type.PaletteChange:
            self._take_icon()
        elif event.type() == QEvent.Type.FontChange:
            self._place()

    def _take_icon(self) -> None:
        self._icon.setPixmap(icon("warning", self.palette()).pixmap(ICON_PX, ICON_PX))

    @Slot()
    def _place(self) -> None:
        bar, corner = self._tabs.tabBar(), self._tabs.cornerWidget()
        last = bar.tabRect(bar.count() - 1).translated(bar.pos())
        right = self._tabs.width()
        if corner is not None and corner.isVisible():
            right = corner.geometry().left()
        room = QRect(last.right() + SIDE_PX, bar.y(), right - last.right() - 2 * SIDE_PX, bar.height())
        self.setGeometry(room)
        spare = room.width() - self._icon.sizeHint().width() - self._button.sizeHint().width() - 2 * SPACE_PX
        widths = [self._text.fontMetrics().horizontalAdvance(form) for form in self._forms]
        fitting = [form for form, width in zip(self._forms, widths, strict=True) if width <= spare]
        self._text.setText(fitting[0] if fitting else self._forms[-1])
