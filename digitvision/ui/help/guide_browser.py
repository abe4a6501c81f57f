"""Shows a page of the guide: its pictures fit the window and its scheme, links to the web leave the program."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QImageReader,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from digitvision.resources import resource_path
from digitvision.ui.help.guide import Hit, Page
from digitvision.ui.theme import hairline, is_dark

SCHEME: Final = "guide"
"""Scheme of the addresses of pages and pictures within the guide, as `https` is that of web pages."""

PICTURE_SCALE: Final = 2
"""Pixels of a shipped picture for each pixel of the window that it shows."""

MARGIN_PX: Final = 24
REFIT_MS: Final = 60
LINE_HEIGHT_PERCENT: Final = 130
PARAGRAPH_PX: Final = 8
CELL_PX: Final = 6
WIDTH_PERCENT: Final = 99
"""Share of the page's width that a table takes; with all of it, its border would be a pixel too wide."""

_RESOURCES: Final = QTextDocument.ResourceType


class GuideBrowser(QTextBrowser):
    """Pages by name, with the way back and forward that a browser has."""

    shown = Signal(str)
    """The name of the page that is in sight now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[str, Page] = {}
        self._hits: tuple[Hit, ...] = ()
        # Only what is clicked is opened, and only here is decided by whom.
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)
        self.sourceChanged.connect(self._dress)
        self.document().setIndentWidth(24)
        # Pages are longer than the window; a scroll bar that came and went would change the width of the pictures.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._refit = QTimer(self)
        self._refit.setSingleShot(True)
        self._refit.setInterval(REFIT_MS)
        self._refit.timeout.connect(self._fit_pictures)

    @property
    def page(self) -> str:
        """The name of the page in sight; empty before the first."""
        return _page_name(self.source())

    def set_pages(self, pages: Iterable[Page]) -> None:
        """The pages that there are."""
        self._pages = {page.name: page for page in pages}

    def show_page(self, name: str) -> None:
        """Turn to a page."""
        self._hits = ()
        self.setSource(QUrl(f"{SCHEME}:/{name}.md"), _RESOURCES.MarkdownResource)
        self._mark()

    def show_hit(self, hit: Hit, others: Iterable[Hit] = ()) -> None:
        """Turn to where something was found, mark it, and mark what else was found on its page more faintly."""
        if hit.page != self.page:
            self.show_page(hit.page)
        self._hits = (hit, *(other for other in others if other.page == hit.page and other != hit))
        self._mark()
        cursor = self._cursor(hit)
        cursor.setPosition(hit.start)
        self.setTextCursor(cursor)
        # In the upper part of the view, so that what follows can be read.
        self.verticalScrollBar().setValue(
            self.verticalScrollBar().value() + self.cursorRect(cursor).top() - self.viewport().height() // 3
        )

    def forget_hits(self) -> None:
        """Nothing is marked any more."""
        self._hits = ()
        self._mark()

    @property
    def marked(self) -> list[str]:
        """The words that are marked on the page."""
        return [selection.cursor.selectedText() for selection in self.extraSelections()]

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A page's text or a picture of the guide; nothing else is read, and nothing from the network."""
        url = QUrl(name)
        if url.scheme() != SCHEME:
            return None
        if kind == _RESOURCES.ImageResource.value:
            return self._picture(url)
        page = self._pages.get(_page_name(url))
        return None if page is None else page.markdown

    def _picture(self, url: QUrl) -> QImage:
        """The picture for this scheme, as many pixels as it takes on this screen."""
        reader = QImageReader(str(_picture_path(url, dark=is_dark(self.palette()))))
        full = reader.size()
        ratio = self.devicePixelRatioF()
        room = max(self.viewport().width() - 2 * MARGIN_PX, 1)
        width = min(room, full.width() // PICTURE_SCALE)
        pixels = QSize(round(width * ratio), max(round(width * ratio * full.height() / max(full.width(), 1)), 1))
        image = reader.read()
        if image.isNull():
            return image
        if pixels != full:
            image = image.convertToFormat(QImage.Format.Format_RGB32).scaled(
                pixels, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        image.setDevicePixelRatio(ratio)
        return image

    @Slot()
    def _fit_pictures(self) -> None:
        document = self.document()
        for form in document.allFormats():
            if form.isImageFormat():
                url = self.source().resolved(QUrl(form.toImageFormat().name()))
                document.addResource(_RESOURCES.ImageResource.value, url, self._picture(url))
        document.markContentsDirty(0, document.characterCount())

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
            return
        address = self.source().resolved(url)
        if _page_name(address) in self._pages:
            self.show_page(_page_name(address))

    @Slot(QUrl)
    def _dress(self, url: QUrl) -> None:
        """Give the page air, and tables and commands a look of their own; Markdown says nothing of that."""
        document = self.document()
        document.setDocumentMargin(MARGIN_PX)
        block = document.begin()
        while block.isValid():
            self._dress_block(block)
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._dress_table(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._mark()
        self.shown.emit(_page_name(url))

    def _dress_block(self, block: QTextBlock) -> None:
        form = QTextBlockFormat(block.blockFormat())
        if QTextCursor(block).currentTable() is not None:
            return
        form.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if form.hasProperty(QTextFormat.Property.BlockCodeFence):
            form.setBackground(self.palette().color(QPalette.ColorRole.AlternateBase))
            form.setLeftMargin(PARAGRAPH_PX)
            # A long command goes on in the next line instead of out of sight.
            form.setNonBreakableLines(False)
        elif form.headingLevel():
            form.setTopMargin(PARAGRAPH_PX * (3 if form.headingLevel() > 1 else 0))
            form.setBottomMargin(PARAGRAPH_PX)
        elif _only_picture(block):
            # A picture is no line of text: it would stand in a third more room than it takes.
            form.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
            form.setTopMargin(PARAGRAPH_PX)
            form.setBottomMargin(2 * PARAGRAPH_PX)
        elif block.textList() is None:
            form.setBottomMargin(PARAGRAPH_PX)
        QTextCursor(block).setBlockFormat(form)

    def _dress_table(self, table: QTextTable) -> None:
        form = table.format().toTableFormat()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(hairline(self.palette()))
        form.setBorderCollapse(True)
        form.setCellPadding(CELL_PX)
        form.setCellSpacing(0)
        form.setBottomMargin(2 * PARAGRAPH_PX)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, WIDTH_PERCENT))
        table.setFormat(form)

    def _mark(self) -> None:
        palette = self.palette()
        selections = []
        # The way back may lead to another page than the one with what was found.
        for hit in self._hits if self._hits and self._hits[0].page == self.page else ():
            selection = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            colour = palette.color(QPalette.ColorRole.Highlight)
            if hit is self._hits[0]:
                form.setForeground(palette.color(QPalette.ColorRole.HighlightedText))
            else:
                colour.setAlpha(80)
            form.setBackground(colour)
            selection.format = form
            selection.cursor = self._cursor(hit)
            selections.append(selection)
        self.setExtraSelections(selections)

    def _cursor(self, hit: Hit) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(hit.start)
        cursor.setPosition(hit.end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._refit.start()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._refit.start()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.page:
            # Links have the colour of the palette that they were made with.
            position = self.verticalScrollBar().value()
            self.document().clear()
            self.reload()
            self.verticalScrollBar().setValue(position)


def plain_texts(pages: Iterable[Page]) -> Mapping[str, str]:
    """Each page's text as a reader sees it; a position in it is a position in the page that `GuideBrowser` shows."""
    found = {}
    for page in pages:
        document = QTextDocument()
        document.setMarkdown(page.markdown)
        found[page.name] = document.toPlainText()
    return found


def _page_name(url: QUrl) -> str:
    return url.path().removeprefix("/").removesuffix(".md")


def _picture_path(url: QUrl, *, dark: bool) -> Path:
    """Where a picture of the guide lies: the one of the same name for the dark scheme where that is wanted."""
    path = resource_path("guide", "pictures", Path(url.path()).name)
    other = path.with_name(path.name.replace("-light.", "-dark."))
    return other if dark and other.is_file() else path


def _only_picture(block: QTextBlock) -> bool:
    return block.text().strip() == "\ufffc"
