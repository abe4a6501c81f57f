"""The quiet word in the status bar where a picture and a drawing take each other's place, with a way back."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from digitvision.ui.document.document import Document

SPACE_PX = 8


class WayBack(QWidget):
    """Hidden until one of the two gives way to the other, and again when another drawing is begun or the way is gone.

    It stands in the status bar and not above the canvas, because nothing on the screen moves under the pen.
    """

    brought_back = Signal()
    """The user has gone back."""
    text_changed = Signal(str)
    """The sentence in sight; empty when it has gone."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._index = document.undo_stack.index()
        self._had_picture, self._had_drawing = self._content()
        self._step = 0
        """Index in the undo stack of the content that gave way."""
        self._covered_step: int | None = None
        """Index in the undo stack of the drawing that a picture covers; None for none."""
        self._kept = False
        """Whether the drawing under the picture, which is about to give way, is an earlier drawing now."""
        self._sentence = QLabel()
        self._button = QPushButton(self.tr("Bring it back"))
        self._button.setFlat(True)
        font = self._button.font()
        font.setUnderline(True)
        self._button.setFont(font)
        self._button.setToolTip(self.tr("Undo what has been done since; Redo repeats it"))
        self._button.clicked.connect(self._go_back)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, SPACE_PX, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._sentence)
        layout.addWidget(self._button)
        document.undo_stack.indexChanged.connect(self._follow)
        document.replaced.connect(self._begin_anew)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence in sight; empty without one."""
        return "" if self.isHidden() else self._sentence.text()

    @Slot()
    def note_kept(self) -> None:
        """Note that the drawing under the picture is kept among the earlier ones, before the picture gives way."""
        self._kept = True

    def _content(self) -> tuple[bool, bool]:
        return self._document.picture is not None, bool(self._document.drawing)

    @Slot(int)
    def _follow(self, index: int) -> None:
        before_index, before = self._index, (self._had_picture, self._had_drawing)
        self._index = index
        now = self._had_picture, self._had_drawing = self._content()
        covered = self._covered_step
        if covered is not None and index <= covered:
            self._covered_step = covered = None
        if index <= self._step:
            self._put_away()
            if now[0] and covered is not None:
                # The picture is back, and so is what it covers.
                self._show(covered, self.tr("The picture covers your drawing."))
        if index > before_index:
            if before[0] and now == (False, True) and self._kept:
                self._show(before_index, self.tr("The picture gave way; what it covered is under Earlier drawings."))
            elif before[0] and now == (False, True):
                self._show(before_index, self.tr("The picture gave way to your drawing."))
            elif before == (False, True) and now[0]:
                self._covered_step = before_index
                self._show(before_index, self.tr("The picture covers your drawing."))
            self._kept = False

    def _show(self, step: int, sentence: str) -> None:
        self._step = step
        self._sentence.setText(sentence)
        self._button.setAccessibleDescription(sentence)
        self.show()
        self.text_changed.emit(sentence)

    def _put_away(self) -> None:
        self.hide()
        self.text_changed.emit("")

    @Slot()
    def _begin_anew(self) -> None:
        self._index, self._step = self._document.undo_stack.index(), 0
        self._covered_step = None
        self._had_picture, self._had_drawing = self._content()
        self._put_away()

    @Slot()
    def _go_back(self) -> None:
        self._document.undo_stack.setIndex(self._step)
        self.brought_back.emit()
