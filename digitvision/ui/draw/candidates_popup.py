"""A list of what a glyph may be: its best candidates with their confidences, and a field for any other class."""

from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.prediction import GlyphReading, Label, glyph_candidates, percent
from digitvision.recognition.text.latex import word_latex

SHOWN: Final = 8
"""Number of candidates in the list."""

_Row: TypeAlias = tuple[str, str, str]
"""A row's text, the LaTeX of its class (empty for taking a choice back), and its tool tip."""

_LATEX: Final = Qt.ItemDataRole.UserRole
MARGIN_PX: Final = 8
GAP_PX: Final = 4
WIDTH_PX: Final = 220
ROW_SPACE_PX: Final = 4
"""Space above and below each candidate, so that a finger or a pen can hit it."""

_KEYS_OF_LIST: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class CandidatesPopup(QFrame):
    """Stays beside a glyph until a class is chosen, the focus goes elsewhere, or Escape is pressed.

    It is a part of the window and no window of its own, so that it takes no clicks from anything else. Keys are its own
    while it is open: what is typed goes to the field, also where it is a tool's key, and the arrows go to the list.
    """

    chosen = Signal(str)
    """LaTeX of the class that was chosen."""
    taken_back = Signal()
    """The user wants the glyph as the network reads it, instead of the class that was chosen."""
    left = Signal()
    """The focus has gone elsewhere, which closed the list."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._focus_before: QWidget | None = None
        self._gives_focus_back = False
        self.setAutoFillBackground(True)
        self.hide()
        self._labels: tuple[Label, ...] = ()
        self._is_word = False
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("What this glyph is"))
        self._list = QListWidget()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setAccessibleName(self.tr("Candidates"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._take)
        self._list.itemActivated.connect(self._take)
        self._field = QLineEdit()
        self._field.setAccessibleName(self.tr("Another symbol"))
        self._field.returnPressed.connect(self._take_typed)
        self._field.textEdited.connect(self._clear_complaint)
        self._complaint = QLabel()
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.setSpacing(MARGIN_PX)
        layout.addWidget(self._list)
        layout.addWidget(self._field)
        layout.addWidget(self._complaint)
        self.setFixedWidth(WIDTH_PX)
        for part in (self._list, self._field):
            part.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    @property
    def offered(self) -> list[str]:
        """Texts of the list's rows."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @property
    def complaint(self) -> str:
        """The sentence on a typed symbol that the model does not know; empty without one."""
        return self._complaint.text() if self._complaint.isVisible() else ""

    def ask(self, glyph: GlyphReading, beside: QRect, around: QRect | None = None) -> None:
        """Show the candidates of a glyph.

        Args:
            glyph: The glyph.
            beside: Its rectangle on the screen.
            around: The rectangle of its row on the screen, which stays in sight where there is room; None without one.
        """
        self._focus_before = QApplication.focusWidget()
        self._labels, self._is_word = glyph.prediction.labels, glyph.is_word
        self._name_field()
        self._clear_complaint()
        self._field.clear()
        self._fill(glyph)
        self.adjustSize()
        own, row = (self._in_window(one) for one in (beside, beside if around is None else around))
        self.move(self._position(own, row))
        self.show()
        self.raise_()
        # Not to the list: an input method, which composes some characters, writes only where text can be.
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _name_field(self) -> None:
        """Say in the field what can be typed: another word for a word, any symbol for a glyph."""
        if self._is_word:
            self._field.setPlaceholderText(self.tr("Another word"))
            self._field.setToolTip(self.tr("Type what is written here, then press Enter; the arrow keys choose above"))
            return
        self._field.setPlaceholderText(self.tr("Another symbol: β or \\beta"))
        self._field.setToolTip(self.tr("Type a symbol or its LaTeX, then press Enter; the arrow keys choose above"))

    def _fill(self, glyph: GlyphReading) -> None:
        self._list.clear()
        height = self._list.fontMetrics().height() + 2 * ROW_SPACE_PX
        for text, latex, tip in self._rows_of_chosen(glyph) if glyph.read is not None else _rows_of_read(glyph):
            item = QListWidgetItem(text)
            item.setData(_LATEX, latex)
            item.setToolTip(tip)
            item.setSizeHint(QSize(0, height))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        rows = self._list.count()
        self._list.setFixedHeight(self._list.sizeHintForRow(0) * rows + 2 * self._list.frameWidth() + 2)

    def _rows_of_chosen(self, glyph: GlyphReading) -> list[_Row]:
        """Return what the user has chosen, what the network reads, the best first, and the way back to it."""
        assert glyph.read is not None
        own = glyph.candidates[0]
        read = [one for one in glyph.read.candidates(SHOWN) if one.latex != own.latex][: SHOWN - 1]
        return [
            (f"{own.text}\t{self.tr('Your choice')}", own.latex, own.latex),
            *((f"{one.text}\t{percent(one.confidence)}", one.latex, one.latex) for one in read),
            (self.tr("As read"), "", self.tr("Take your choice back: the network decides what this glyph is")),
        ]

    def _in_window(self, on_screen: QRect) -> QRect:
        return QRect(self._window.mapFromGlobal(on_screen.topLeft()), on_screen.size())

    def _position(self, beside: QRect, around: QRect) -> QPoint:
        """Return a corner below or above the glyph, or its row, or at its side, where both stay in sight.

        Where there is no such place, it is below the glyph, or above it where the window ends.
        """
        room, (width, height) = self._window.rect(), (self.width(), self.height())
        x = min(max(beside.left(), room.left()), room.right() - width)
        y = min(max(beside.top(), room.top()), room.bottom() - height)
        places = [
            place
            for one in (beside, around)
            for place in (
                QPoint(x, one.bottom() + GAP_PX),
                QPoint(x, one.top() - height - GAP_PX),
                QPoint(one.right() + GAP_PX, y),
                QPoint(one.left() - width - GAP_PX, y),
            )
        ]
        for place in places:
            here = QRect(place, self.size())
            if room.contains(here) and not here.intersects(beside) and not here.intersects(around):
                return place
        below, above = places[0].y(), places[1].y()
        return QPoint(x, below if below + height <= room.bottom() else max(above, room.top()))

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        latex = str(item.data(_LATEX))
        if latex:
            self._choose(latex)
        else:
            self._close_list()
            self.taken_back.emit()

    @Slot()
    def _take_typed(self) -> None:
        typed = self._field.text().strip()
        if not typed:
            self._take(self._list.currentItem())
            return
        if self._is_word:
            self._choose(word_latex(" ".join(typed.split())))
            return
        # A symbol as it is typed comes before a LaTeX command of the same letters.
        found = [label.latex for label in self._labels if label.text == typed]
        found += [label.latex for label in self._labels if label.latex in (typed, f"\\{typed}")]
        if found:
            self._choose(found[0])
        else:
            self._complaint.setText(self.tr("The model does not know “{symbol}”.").format(symbol=typed))
            self._complaint.show()
            self.adjustSize()

    def _choose(self, latex: str) -> None:
        self._close_list()
        self.chosen.emit(latex)

    @Slot()
    def _clear_complaint(self) -> None:
        self._complaint.hide()

    @Slot(QWidget, QWidget)
    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._gives_focus_back or not self.isVisible() or now is None:
            return
        if now is not self and not self.isAncestorOf(now):
            self.hide()
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and not _is_command(event):
                # No key of a tool or of another reading gets through.
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self._pass_key(watched, event):
                return True
        return super().eventFilter(watched, event)

    def _pass_key(self, watched: QObject, event: QKeyEvent) -> bool:
        """Pass a key from the field to the list, or from the list to the field; return whether it is neither's own."""
        modifiers = Qt.KeyboardModifier
        if event.modifiers() & modifiers.AltModifier and not event.modifiers() & modifiers.ControlModifier:
            return True
        if watched is self._field and event.key() in _KEYS_OF_LIST:
            QApplication.sendEvent(self._list, event)
            return True
        if watched is self._list and event.text().strip().isprintable() and event.text().strip():
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)
            QApplication.sendEvent(self._field, event)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close_list()
        else:
            super().keyPressEvent(event)

    def _close_list(self) -> None:
        """Hide the list and give the focus back."""
        if self._focus_before is not None:
            # Nothing else has taken the focus: a tap that follows is not the one that closed the list.
            self._gives_focus_back = True
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._gives_focus_back = False
        self.hide()


def _rows_of_read(glyph: GlyphReading) -> list[_Row]:
    own = glyph.candidates[0]
    # The glyph's own scores would not add up with the confidence that it has among its neighbours.
    found = glyph_candidates(glyph.prediction, Label(own.text, own.latex), own.confidence, SHOWN)
    return [(f"{one.text}\t{percent(one.confidence)}", one.latex, one.latex) for one in found]


def _is_command(event: QKeyEvent) -> bool:
    """Whether a key belongs to the window also now, as Ctrl+S does; systems may report AltGr as Ctrl and Alt."""
    keys, modifiers = event.modifiers(), Qt.KeyboardModifier
    if keys & modifiers.MetaModifier:
        return True
    return bool(keys & modifiers.ControlModifier) and not keys & modifiers.AltModifier
