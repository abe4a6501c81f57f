"""Opening, saving, exporting and pasting of drawings and pictures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from digitvision.faults import Fault
from digitvision.files import write_named_file
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Reading
from digitvision.ui.document.autosave import Autosave
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.document.file_contents import (
    InkFile,
    ink_bytes,
    picture_from_file,
    picture_from_image,
    read_ink,
)
from digitvision.ui.document.known_files import KnownFiles, save_drawing
from digitvision.ui.export.export_request import SUFFIXES, ExportRequest
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.journal.journal import Journal
from digitvision.ui.settings import SettingsStore
from digitvision.ui.widgets.dialog_width import fit_title
from digitvision.ui.widgets.file_names import with_suffix

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.ui.export.export_page import Page

ReadPage: TypeAlias = "tuple[Reading | None, Sequence[Value | None]]"
"""How the content of the canvas was read, and what each row comes to."""

INK_SUFFIXES: Final = (".inkml", ".ink", ".xml")
PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
COPY_SIZE_PX: Final = 1024
"""Longer side of a copied picture."""


class DrawingFiles(QObject):
    """Does what the File menu and the clipboard ask for: new, open, save, export, copy and paste."""

    failed = Signal(str)
    """A sentence on what could not be saved or exported."""
    save_refused = Signal(str, bool)
    """A sentence on why a drawing was not saved to its file, and whether it may be saved there nevertheless."""
    refused = Signal(str)
    """A sentence on what could not be opened, pasted or copied; it means nothing once the content has changed."""
    noticed = Signal(str)
    """A sentence on something to know of what was opened."""
    shown = Signal()
    """The canvas has new content."""
    succeeded = Signal(str)
    """A message for the status bar on what was done."""

    def __init__(
        self,
        document: Document,
        settings: SettingsStore,
        jobs: Jobs,
        window: QWidget,
        *,
        journal: Path | None,
    ) -> None:
        """Do nothing yet.

        Args:
            document: The content of the canvas.
            settings: Remembers recent files.
            jobs: Reads and writes.
            window: Parent of the dialogs.
            journal: Folder in which the drawing is kept while it is drawn; None to keep nothing, and to ask the user
                before a drawing is closed.
        """
        super().__init__(window)
        self.known = KnownFiles()
        """Remembers what the files held."""
        self.autosave = None if journal is None else Autosave(document, Journal(journal, self), self.known, self)
        """Keeps the drawing while it is drawn; None where nothing is kept."""
        self._document = document
        self._settings = settings
        self._jobs = jobs
        self._window = window
        self._pen_width = settings.values.pen_width
        self._read_page: Callable[[], ReadPage] = lambda: (None, ())

    @Slot(float)
    def set_pen_width(self, width: float) -> None:
        """Set the width of the pen in pictures of the drawing, in the drawing's unit."""
        self._pen_width = width

    def set_read_page(self, read_page: Callable[[], ReadPage]) -> None:
        """Set what tells how the content was read, and what its rows come to: exports hold it, too.

        Args:
            read_page: Returns the reading of what is on the canvas now, None where there is none, and a value or None
                for each of its rows, or no values at all; a reading that is no page is one row.
        """
        self._read_page = read_page

    def new(self) -> None:
        """Start an empty drawing."""
        if self.may_discard():
            self._document.start()
            self.shown.emit()

    def ask_open(self) -> None:
        """Ask for a file, and open it."""
        filters = self.tr("Drawings and pictures ({all});;Drawings ({ink});;Pictures ({pictures})").format(
            all=_patterns(INK_SUFFIXES + PICTURE_SUFFIXES),
            ink=_patterns(INK_SUFFIXES),
            pictures=_patterns(PICTURE_SUFFIXES),
        )
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), self._folder(), filters)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a drawing instead of this one, or show a picture on the canvas."""
        path = path.absolute()
        if path.suffix.lower() in PICTURE_SUFFIXES:
            self._jobs.run(
                lambda: picture_from_file(path),
                on_success=lambda picture: self._show_picture(picture, path),
                on_error=lambda sentence: self._open_failed(path, sentence),
            )
        elif self.may_discard():
            before = (self._document.drawing, self._document.corrections)
            journal = None if self.autosave is None else (self.autosave.journal.folder, self.autosave.journal.name)
            self._jobs.run(
                lambda: read_ink(path, journal),
                on_success=lambda found: self._show_ink(path, before, found),
                on_error=lambda sentence: self._open_failed(path, sentence),
            )

    def save(self) -> bool:
        """Save to the drawing's file, or ask for one.

        Returns:
            Whether it is saved now.
        """
        path = self._document.path_to_save
        return self.save_as() if path is None else self._save(path)

    def save_as(self) -> bool:
        """Ask for a file, and save the drawing to it.

        Returns:
            Whether it is saved now.
        """
        start = self._document.path_to_save or Path(self._folder()) / self.tr("drawing.inkml")
        # A short title: Qt's question whether to replace a file has the same, and is no wider than its own words.
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save"), str(start), self.tr("Drawings (*.inkml)"))
        if not name:
            return False
        path = with_suffix(self._window, Path(name), INK_SUFFIXES)
        # The dialog has asked before it took the name of a file that is there.
        return path is not None and self._save(path.absolute(), replace=True)

    def replace_changed(self) -> bool:
        """Save to the drawing's file although somebody else has changed it; that version goes to the earlier drawings.

        Returns:
            Whether it is saved now.
        """
        path = self._document.path_to_save
        return self.save_as() if path is None else self._save(path, replace=True)

    def export(self) -> None:
        """Ask for a form, what belongs to it, and a file, and write the drawing or what was read."""
        self._ask_export(self.tr("Export"), row=None)

    def export_row(self, row: int) -> None:
        """Do the same for one row of what was read, by its index, from 0."""
        self._ask_export(self.tr("Export row {number}").format(number=row + 1), row=row)

    def _ask_export(self, title: str, *, row: int | None) -> None:
        from digitvision.ui.export.export_dialog import ExportDialog

        page = self._page()
        reading, values = page.reading, page.values
        if row is not None:
            if not 0 <= row < len(reading.rows):
                self.refused.emit(self.tr("The row is still being read; try again in a moment."))
                return
            reading, values = reading.rows[row].reading, values[row : row + 1]
        dialog = ExportDialog(
            self._window,
            is_read=bool(reading.candidates),
            has_values=any(value is not None for value in values),
            paper=self._document.settings.paper or self._settings.values.paper,
        )
        dialog.setWindowTitle(title)
        accepted = dialog.exec() == ExportDialog.DialogCode.Accepted
        request = dialog.request()
        dialog.deleteLater()
        if not accepted:
            return
        suffix = SUFFIXES[request.form]
        stem = self._document.path.stem if self._document.path else self.tr("drawing")
        stem += "" if row is None else self.tr(", row {number}").format(number=row + 1)
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export"), str(Path(self._folder()) / (stem + suffix)), f"*{suffix}"
        )
        path = with_suffix(self._window, Path(name), (suffix,)) if name else None
        if path is not None:
            # A row is one of the reading then: in a newer one it may have another number.
            self._export(self._page() if row is None else page, path, request, row=row)

    def export_to(self, path: Path, request: ExportRequest) -> None:
        """Write the drawing, or what was read, to this file."""
        self._export(self._page(), path, request)

    def _export(self, page: "Page", path: Path, request: ExportRequest, *, row: int | None = None) -> None:
        from digitvision.ui.export.export_page import page_bytes

        page = replace(page, title=path.stem)
        self._jobs.run(
            lambda: write_named_file(path, page_bytes(page, request, row=row)),
            on_success=lambda _: self.succeeded.emit(self.tr("Exported to {path}").format(path=path)),
            on_error=self.failed.emit,
        )

    def copy_picture(self) -> None:
        """Copy the drawing to the clipboard as a picture."""
        from digitvision.ui.export.export_page import picture_of_page

        page, request = self._page(), ExportRequest("png", COPY_SIZE_PX)
        self._jobs.run(
            lambda: picture_of_page(page, request),
            on_success=self._copy_image,
            on_error=self.refused.emit,
        )

    def _page(self) -> "Page":
        """Return what is on the canvas as it is exported."""
        from digitvision.ui.export.export_page import NO_READING, Page

        reading, values = self._read_page()
        picture = self._document.picture
        return Page(
            self._document.drawing,
            self._pen_width,
            NO_READING if reading is None else reading,
            tuple(values),
            None if picture is None else picture.image,
        )

    def paste(self) -> None:
        """Open the clipboard's picture or file."""
        self.take(QGuiApplication.clipboard().mimeData(), self.tr("clipboard"))

    def can_take(self, data: QMimeData) -> bool:
        """Whether the data holds a picture or a file."""
        return data.hasImage() or any(url.isLocalFile() for url in data.urls())

    def take(self, data: QMimeData, name: str) -> None:
        """Open a picture or a file that was pasted or dropped; `name` is that of a picture without a file."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open(paths[0])
        elif data.hasImage():
            image = QImage(data.imageData())
            self._jobs.run(
                lambda: picture_from_image(image, name), on_success=self._show_picture, on_error=self.refused.emit
            )
        else:
            sentence = self.tr("There is neither ink nor a picture on the clipboard; copy some and paste again.")
            self.refused.emit(sentence)

    def may_discard(self) -> bool:
        """Whether the drawing may be given up: it is saved, kept among the earlier ones, or the user agrees."""
        return self._is_kept(to_the_end=False) or self._ask_to_discard()

    def may_close(self) -> bool:
        """The same where the window is about to close, so that nothing can be kept later."""
        return self._is_kept(to_the_end=True) or self._ask_to_discard()

    def _is_kept(self, *, to_the_end: bool) -> bool:
        if not self._document.modified:
            return True
        return self.autosave is not None and self.autosave.keeps(to_the_end=to_the_end)

    def _ask_to_discard(self) -> bool:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Unsaved drawing"))
        box.setText(self.tr("Save the drawing first?"))
        box.setInformativeText(self.tr("It has changed since it was last saved."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        fit_title(box)
        answer = box.exec()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def _save(self, path: Path, *, replace: bool = False) -> bool:
        document = self._document
        drawing, corrections, settings = document.drawing_to_save, document.corrections_to_save, document.settings
        known = self.known.digest(path)
        earlier = None if self.autosave is None else self.autosave.journal.folder
        try:
            digest = self._jobs.finish(
                lambda: save_drawing(
                    path,
                    ink_bytes(drawing, corrections, settings),
                    known=known,
                    replace=replace,
                    earlier=earlier,
                )
            )
        except Fault as error:
            self.save_refused.emit(str(error), False)
            return False
        if not digest:
            sentence = self.tr("“{name}” was changed by another program or window since it was opened here.")
            self.save_refused.emit(sentence.format(name=path.name), True)
            return False
        self.known.note(path, digest)
        # While the disk was busy, another drawing may have been opened.
        if self._document.drawing_to_save is drawing and self._document.corrections_to_save is corrections:
            self._document.mark_saved(path)
        self._settings.remember_file(path.absolute())
        self.succeeded.emit(self.tr("Saved to {path}").format(path=path))
        return True

    def _show_ink(
        self,
        path: Path,
        before: tuple[Drawing, Corrections],
        found: InkFile,
    ) -> None:
        # The user was not asked about changes that were made while the file was being read.
        now = (self._document.drawing, self._document.corrections)
        changed = any(one is not other for one, other in zip(now, before, strict=True))
        if changed and not self.may_discard():
            return
        self.known.note(path, found.digest)
        self._document.open(
            found.drawing, path, native=found.native, corrections=found.corrections, settings=found.settings
        )
        self._settings.remember_file(path)
        self.shown.emit()
        if found.lost:
            sentence = self.tr("Saving “{name}” here would take out of it: {lost}. Under another name the file stays.")
            self.noticed.emit(sentence.format(name=path.name, lost="; ".join(found.lost)))
        if found.elsewhere:
            self.noticed.emit(
                self.tr(
                    "“{name}” is open in another window, too. Save asks before it replaces what was saved there."
                ).format(name=path.name)
            )

    def _open_failed(self, path: Path, sentence: str) -> None:
        if not path.exists():
            self._settings.forget_file(path)
        self.refused.emit(sentence)

    def _show_picture(self, picture: Picture, path: Path | None = None) -> None:
        self._document.show_picture(picture)
        if path is not None:
            self._settings.remember_file(path)
        self.shown.emit()
        self.succeeded.emit(self.tr("Opened {name}").format(name=picture.name))
        if picture.pages > 1:
            sentence = self.tr("“{name}” has {count} pages; this is the first one.")
            self.noticed.emit(sentence.format(name=picture.name, count=picture.pages))

    def _copy_image(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.succeeded.emit(self.tr("Picture copied"))

    def _folder(self) -> str:
        return self._settings.values.last_folder or str(Path.home())


def _patterns(suffixes: tuple[str, ...]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)
