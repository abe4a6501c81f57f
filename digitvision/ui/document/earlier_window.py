"""The window of the earlier drawings: what was closed unsaved in the last weeks, with small pictures."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.ui.document.small_picture import PICTURE, small_picture
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.journal.journal_folder import (
    can_be_restored,
    delete_earlier,
    earlier_names,
    read_earlier,
    restore_earlier,
)
from digitvision.ui.journal.journal_reader import Kept
from digitvision.ui.widgets.date_text import moment_text
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.notice_bar import NoticeBar

START_SIZE: Final = QSize(760, 560)
CELL: Final = QSize(PICTURE.width() + 24, PICTURE.height() + 64)
"""Room for one drawing: the picture and two lines of text."""

LONGEST_TEXT: Final = 24
"""Characters of a reading that are shown."""

_NAME: Final = Qt.ItemDataRole.UserRole


class EarlierWindow(QWidget):
    """Lists the earlier drawings, newest first; Return opens one, Del deletes it, Escape closes the window."""

    wanted = Signal(str)
    """Name of the journal of a drawing that is to be opened."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """Show nothing yet.

        Args:
            folder: The folder of the journals.
            parent: The window that it belongs to, and comes up over the middle of.
        """
        super().__init__(parent, Qt.WindowType.Window)
        self._folder = folder
        self._jobs = Jobs(self)
        self._listing = 0
        self._to_choose = ""
        """Name of a drawing that is chosen when it is listed; empty to leave the choice as it is."""
        self._deleted: list[str] = []
        """Names of what was deleted here and can be undone, the last one at the end."""
        self.setWindowTitle(self.tr("Earlier drawings – DigitVision"))
        self.notice = NoticeBar()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Earlier drawings"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setIconSize(PICTURE)
        self.list.setGridSize(CELL)
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(True)
        self._empty = QLabel(
            self.tr("There is nothing here. A drawing that you close without saving it stays here for four weeks.")
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._open = QPushButton(self.tr("&Open"))
        self._open.setToolTip(
            self.tr("Open the chosen drawing (Return); the one in the window comes here if it is not saved")
        )
        self._delete = QPushButton(self.tr("&Delete"))
        self._delete.setToolTip(self.tr("Delete the chosen drawing (Del); it can be undone for a while"))
        self._lay_out()
        self._open.clicked.connect(self._open_chosen)
        self._delete.clicked.connect(self._delete_chosen)
        self.list.itemActivated.connect(self._open_chosen)
        self.list.currentItemChanged.connect(self._show_possible)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self, self._delete_chosen)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self._restore_last)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.resize(START_SIZE)

    def _lay_out(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        buttons = QHBoxLayout()
        kept = QLabel(self.tr("Kept for four weeks"))
        buttons.addWidget(kept)
        buttons.addStretch(1)
        buttons.addWidget(self._delete)
        buttons.addWidget(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.notice)
        add_layout(layout, self._pages, 1)
        add_layout(layout, buttons)

    @property
    def busy(self) -> bool:
        """Whether pictures are still being made."""
        return self._jobs.busy

    def show_drawings(self) -> None:
        """List what there is now, and come to the front."""
        self.list_drawings()
        if self.isVisible():
            self.raise_()
        else:
            self._come_up()
        self.show()
        self.activateWindow()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _come_up(self) -> None:
        """Stand over the middle of the program's window; what was deleted before can still be undone."""
        parent = self.parentWidget()
        if parent is not None:
            frame = self.frameGeometry()
            frame.moveCenter(parent.window().frameGeometry().center())
            self.move(frame.topLeft())
        self._deleted = [name for name in self._deleted if can_be_restored(self._folder, name)]
        self._offer_undo()

    def list_drawings(self) -> None:
        """List what there is now; the pictures are made one after the other, in the background."""
        self._listing += 1
        listing = self._listing
        self._jobs.run(
            lambda: earlier_names(self._folder),
            on_success=lambda names: self._show_names(names, listing),
            on_error=self._show_failure,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self._listing += 1
        self.notice.dismiss()
        # The next time the newest is chosen.
        self.list.clear()
        self._jobs.shut_down()
        # The next time it begins with a thread of its own again.
        self._jobs.deleteLater()
        self._jobs = Jobs(self)
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # The pictures are in the colours of the paper and the ink.
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.list_drawings()

    # --- what is listed -----------------------------------------------------------------------------------------

    def _show_names(self, names: list[str], listing: int) -> None:
        if listing != self._listing:
            return
        chosen, self._to_choose = self._to_choose or self._chosen, ""
        self.list.clear()
        blank = QPixmap(PICTURE)
        blank.fill(self.palette().base().color())
        for name in names:
            item = QListWidgetItem(QIcon(blank), "")
            item.setData(_NAME, name)
            item.setSizeHint(CELL)
            self.list.addItem(item)
            if name == chosen:
                self.list.setCurrentItem(item)
        if names and self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        self._show_possible()
        self._fill_next(0, listing)

    def _fill_next(self, row: int, listing: int) -> None:
        """Have the next picture made; one at a time, so that a closed window stops it at once."""
        if listing != self._listing or row >= self.list.count():
            return
        item = self.list.item(row)
        name, palette = str(item.data(_NAME)), self.palette()
        ink, paper, ratio = palette.text().color(), palette.base().color(), self.devicePixelRatioF()

        def made() -> tuple[Kept, QImage]:
            kept = read_earlier(self._folder, name)
            return kept, small_picture(kept.state, ink=ink, paper=paper, ratio=ratio)

        def show(found: tuple[Kept, QImage]) -> None:
            if listing == self._listing:
                self._fill(item, *found)
                self._fill_next(row + 1, listing)

        def leave_out(_sentence: str) -> None:
            # Another window may have opened it meanwhile.
            if listing == self._listing:
                self.list.takeItem(self.list.row(item))
                self._show_possible()
                self._fill_next(row, listing)

        self._jobs.run(made, on_success=show, on_error=leave_out)

    def _fill(self, item: QListWidgetItem, kept: Kept, picture: QImage) -> None:
        state = kept.state
        moment, file = moment_text(kept.time), Path(state.path).name
        text = state.text if len(state.text) <= LONGEST_TEXT else state.text[: LONGEST_TEXT - 1] + "…"
        item.setIcon(QIcon(QPixmap.fromImage(picture)))
        item.setText("\n".join(part for part in (file or text, moment) if part))
        told = [moment]
        if file:
            told.append(self.tr("of the file “{name}”").format(name=file))
        if state.text:
            told.append(self.tr("read as “{text}”").format(text=state.text))
        told.append(self.tr("{count} strokes").format(count=len(state.drawing.strokes)))
        item.setToolTip(", ".join(told))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(told))

    # --- what can be done ---------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(_NAME))

    @Slot()
    def _show_possible(self) -> None:
        self._pages.setCurrentIndex(0 if self.list.count() else 1)
        for button in (self._open, self._delete):
            button.setEnabled(bool(self._chosen))

    @Slot()
    def _open_chosen(self) -> None:
        name = self._chosen
        if name:
            self.close()
            self.wanted.emit(name)

    @Slot()
    def _delete_chosen(self) -> None:
        name = self._chosen
        if not name:
            return
        try:
            delete_earlier(self._folder, name)
        except Fault as fault:
            self._show_failure(str(fault))
            return
        self.list.takeItem(self.list.currentRow())
        self._show_possible()
        self._deleted.append(name)
        self._offer_undo()

    def _offer_undo(self) -> None:
        if self._deleted:
            self.notice.show_notice(
                self.tr("The drawing is deleted."), kind="note", label=self.tr("Undo"), action=self._restore_last
            )

    @Slot()
    def _restore_last(self) -> None:
        """Undo the last deletion; the one before can be undone then."""
        if not self._deleted:
            return
        name = self._deleted.pop()
        self.notice.dismiss()
        try:
            restore_earlier(self._folder, name)
        except Fault as fault:
            self._show_failure(str(fault))
        else:
            self._to_choose = name
            self._offer_undo()
        self.list_drawings()

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self.notice.show_notice(sentence, kind="warning")
