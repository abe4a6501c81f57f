"""The LaTeX of a formula: all of it can be seen, selected and copied, however long it is."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication, QPalette, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QToolButton, QWidget

from digitvision.ui.theme import icon

MOST_LINES: Final = (2, 4)
"""Largest number of lines in sight with little room and with much; the others are scrolled to."""

SPACE_PX: Final = 4
ICON_PX: Final = 16


class LatexLine(QWidget):
    """Shows LaTeX in as many lines as it takes, and a button that copies it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_lines = MOST_LINES[0]
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text.document().setDocumentMargin(0)
        # It looks like a line of text, for nothing can be typed. A style sheet would keep the text's colour when the
        # scheme changes, so the ground is made transparent by a palette.
        ground = QPalette()
        ground.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self._text.setPalette(ground)
        self._text.setAccessibleName(self.tr("LaTeX"))
        self._text.setToolTip(self.tr("The formula as LaTeX"))
        self._copy = QToolButton()
        self._copy.setAutoRaise(True)
        self._copy.setIconSize(QSize(ICON_PX, ICON_PX))
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy.setAccessibleName(self.tr("Copy the LaTeX"))
        self._copy.clicked.connect(self._copy_text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        self._show_copied(copied=False)
        self._take_font()

    @property
    def text(self) -> str:
        """The LaTeX; empty without any."""
        return self._text.toPlainText()

    def show_latex(self, latex: str) -> None:
        """Show LaTeX from its beginning; empty for none."""
        if latex != self.text:
            self._text.setPlainText(latex)
            self._show_copied(copied=False)
            self._take_height()

    def set_roomy(self, roomy: bool) -> None:
        """Use few lines or more of them, see `MOST_LINES`."""
        most = MOST_LINES[int(roomy)]
        if most != self._most_lines:
            self._most_lines = most
            self._take_height()

    @Slot()
    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._show_copied(copied=True)

    def _show_copied(self, *, copied: bool) -> None:
        """Say at the button whether the LaTeX in sight was copied by it."""
        self._copy.setIcon(icon("check" if copied else "copy", self.palette()))
        self._copy.setToolTip(self.tr("Copied") if copied else self.tr("Copy the LaTeX"))
        self._copied = copied

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_copied(copied=self._copied)
        elif event.type() == QEvent.Type.ApplicationFontChange:
            self._take_font()

    def _take_font(self) -> None:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(QFontInfo(self.font()).pointSizeF())
        self._text.setFont(fixed)
        self._take_height()

    def _take_height(self) -> None:
        """Make the text as high as its lines are together, up to the largest number of them."""
        document = self._text.document()
        height = document.documentLayout().blockBoundingRect(document.firstBlock()).height()
        line = float(self._text.fontMetrics().lineSpacing())
        room = self._most_lines * line
        bars = Qt.ScrollBarPolicy
        self._text.setVerticalScrollBarPolicy(bars.ScrollBarAsNeeded if height > room else bars.ScrollBarAlwaysOff)
        self._text.setFixedHeight(math.ceil(min(max(height, line), room)))
