"""The Help window: the guide's pages, a search over all of them, and the overview of all shortcuts."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitvision.ui.help.guide import SHORTCUTS_PAGE, Hit, Page, find
from digitvision.ui.help.guide_browser import GuideBrowser, plain_texts
from digitvision.ui.widgets.layouts import add_layout

START_SIZE: Final = QSize(980, 720)
LIST_WIDTH_PX: Final = 250
SEARCH_MS: Final = 120
"""After the last letter that was typed."""

_PAGE: Final = Qt.ItemDataRole.UserRole
_HIT: Final = Qt.ItemDataRole.UserRole + 1


class HelpWindow(QWidget):
    """Shows a page at a time; Escape closes it, Ctrl+F looks for words, Alt+Left goes back."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Show nothing yet.

        Args:
            pages: In the order in which they are listed.
        """
        super().__init__()
        self._pages = list(pages)
        self._texts: dict[str, str] = {}
        self.setWindowTitle(self.tr("Guide – DigitVision"))
        self.browser = GuideBrowser()
        self.browser.setAccessibleName(self.tr("Page of the guide"))
        self.browser.set_pages(self._pages)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the guide"))
        self.search.setAccessibleName(self.tr("Search the guide"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        self.list.setAccessibleName(self.tr("Pages, or where the words were found"))
        self._found = QLabel()
        self._found.setWordWrap(True)
        self._found.hide()
        keys = QKeySequence.StandardKey
        self._back = self._arrow(Qt.ArrowType.LeftArrow, self.tr("Back"), keys.Back, self.browser.backward)
        self._forward = self._arrow(Qt.ArrowType.RightArrow, self.tr("Forward"), keys.Forward, self.browser.forward)
        self.browser.backwardAvailable.connect(self._back.setEnabled)
        self.browser.forwardAvailable.connect(self._forward.setEnabled)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(SEARCH_MS)
        self._typed.timeout.connect(self._look)
        self.search.textChanged.connect(self._wait_for_more)
        self.search.returnPressed.connect(self._open_first)
        self.list.currentItemChanged.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.browser.shown.connect(self._show_listed)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        # The keys that open this window work in it, too.
        QShortcut(QKeySequence("Ctrl+F1"), self, lambda: self.show_page(SHORTCUTS_PAGE))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._go_to_search)
        self._lay_out()
        self._list_pages()
        self.resize(START_SIZE)

    def _arrow(
        self, arrow: Qt.ArrowType, name: str, key: QKeySequence.StandardKey, go: Callable[[], None]
    ) -> QToolButton:
        button = QToolButton()
        button.setArrowType(arrow)
        button.setAutoRaise(True)
        button.setEnabled(False)
        button.setAccessibleName(name)
        button.clicked.connect(go)
        keys = QKeySequence(key)
        # A button's own shortcut clicks it only after a while, as if a finger did.
        QShortcut(keys, self, go)
        button.setToolTip(f"{name} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        return button

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        ways.addWidget(self._back)
        ways.addWidget(self._forward)
        ways.addWidget(self.search, 1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        add_layout(column, ways)
        column.addWidget(self._found)
        column.addWidget(self.list, 1)
        parts = QSplitter()
        parts.setChildrenCollapsible(False)
        parts.addWidget(side)
        parts.addWidget(self.browser)
        parts.setStretchFactor(1, 1)
        parts.setSizes([LIST_WIDTH_PX, START_SIZE.width() - LIST_WIDTH_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(parts)

    @property
    def found_text(self) -> str:
        """What is said of a search; empty while nothing is looked for."""
        return "" if self._found.isHidden() else self._found.text()

    def show_page(self, name: str) -> None:
        """Turn to a page, and show the list of all pages."""
        self.search.clear()
        self._list_pages()
        self.browser.show_page(name)
        # Its keys scroll the page.
        self.browser.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_page(self, page: Page) -> None:
        """Take a page in place of the one of its name, or after all others."""
        self._pages = [other for other in self._pages if other.name != page.name] + [page]
        self._texts.pop(page.name, None)
        self.browser.set_pages(self._pages)
        self._list_pages()

    def _list_pages(self) -> None:
        self._typed.stop()
        self.list.blockSignals(True)
        self.list.clear()
        for page in self._pages:
            item = QListWidgetItem(page.title)
            item.setData(_PAGE, page.name)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._found.hide()
        self._show_listed(self.browser.page)

    @Slot(str)
    def _show_listed(self, name: str) -> None:
        """Have the list show where one is, whatever led there."""
        if self.search.text():
            return
        for row in range(self.list.count()):
            if self.list.item(row).data(_PAGE) == name:
                self.list.blockSignals(True)
                self.list.setCurrentRow(row)
                self.list.blockSignals(False)

    @Slot()
    def _wait_for_more(self) -> None:
        self._typed.start()

    @Slot()
    def _look(self) -> None:
        """List where the words stand that are looked for."""
        words = self.search.text().strip()
        if not words:
            self.browser.forget_hits()
            self._list_pages()
            return
        missing = [page for page in self._pages if page.name not in self._texts]
        self._texts.update(plain_texts(missing))
        hits = find(words, ((page.name, self._texts[page.name]) for page in self._pages))
        titles = {page.name: page.title for page in self._pages}
        self.list.blockSignals(True)
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem(f"{titles[hit.page]}\n{hit.excerpt}")
            item.setData(_PAGE, hit.page)
            item.setData(_HIT, hit)
            self.list.addItem(item)
        self.list.blockSignals(False)
        count = len({hit.page for hit in hits})
        self._found.setText(
            self.tr("{hits} found, pages: {pages}").format(hits=len(hits), pages=count)
            if hits
            else self.tr("“{words}” stands on no page.").format(words=words)
        )
        self._found.show()
        if not hits:
            self.browser.forget_hits()

    @Slot()
    def _open_first(self) -> None:
        """Return goes to the first place, and from there to the next with every press."""
        if self._typed.isActive():
            self._typed.stop()
            self._look()
        if self.search.text().strip() and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + 1) % self.list.count())

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        hit = item.data(_HIT)
        if isinstance(hit, Hit):
            hits = [self.list.item(row).data(_HIT) for row in range(self.list.count())]
            self.browser.show_hit(hit, hits)
        elif item.data(_PAGE) != self.browser.page:
            self.browser.show_page(item.data(_PAGE))

    @Slot()
    def _go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
