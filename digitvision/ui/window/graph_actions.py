"""The actions for a graph: shown as at first, copied, saved. They stand in the Edit menu and in its context menu."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu

from digitvision.files import write_atomically
from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.settings import SettingsStore
from digitvision.ui.widgets.actions import Actions
from digitvision.ui.widgets.file_names import with_suffix

if TYPE_CHECKING:
    from digitvision.ui.graph.function_plot import FunctionPlot

ROWS: Final = 201
"""Number of positions in a table of values."""

SUFFIXES: Final = (".png", ".svg", ".csv")


class GraphActions(QObject):
    """Makes the actions and their menu; they can be used while a graph is in sight."""

    failed = Signal(str)
    """A sentence on why the graph could not be saved."""
    succeeded = Signal(str)
    """A message for the status bar on what was done."""

    def __init__(self, window: QMainWindow, tab: DrawTab, jobs: Jobs, settings: SettingsStore) -> None:
        super().__init__(window)
        self._window = window
        self._tab = tab
        self._jobs = jobs
        self._settings = settings
        self.menu = QMenu(self.tr("&Graph"), window)
        make = Actions(window).make
        self._actions = [
            make(
                self.tr("&Whole graph"),
                self._show_whole,
                tip=self.tr("Show the graph as at first; a double click on it does the same"),
            ),
            make(
                self.tr("&Copy picture of the graph"),
                self._copy_picture,
                tip=self.tr("Copy the graph as it is in sight, in the colours of paper"),
            ),
            make(
                self.tr("Copy &values"),
                self._copy_values,
                tip=self.tr("Copy the values in sight as a table for a spreadsheet"),
            ),
            make(
                self.tr("&Save graph …"),
                self._ask_save,
                tip=self.tr("Save the graph as a picture (PNG, SVG), or its values as a table (CSV)"),
            ),
        ]
        self.menu.addActions(self._actions)
        self.menu.insertSeparator(self._actions[1])
        self.menu.aboutToShow.connect(self._show_possible)
        self._show_possible()

    @Slot()
    def _show_possible(self) -> None:
        plot = self._plot
        for action in self._actions:
            action.setEnabled(plot is not None)

    @property
    def _plot(self) -> "FunctionPlot | None":
        """The graph in sight; None without one."""
        details = self._tab.details
        return None if details is None else details.plot

    def _show_whole(self) -> None:
        if self._plot is not None:
            self._plot.show_whole()

    def _copy_picture(self) -> None:
        if self._plot is None:
            return
        data = self._plot.picture("png")
        mime = QMimeData()
        mime.setImageData(QImage.fromData(data))
        mime.setData("image/png", QByteArray(data))
        QGuiApplication.clipboard().setMimeData(mime)
        self.succeeded.emit(self.tr("Copied the graph"))

    def _copy_values(self) -> None:
        if self._plot is None:
            return
        table, mime = self._plot.table(ROWS), QMimeData()
        # Spreadsheets take a table with tabs; other programs may ask for commas.
        mime.setText("\n".join("\t".join(row) for row in table))
        mime.setData("text/csv", QByteArray(csv_bytes(table)))
        QGuiApplication.clipboard().setMimeData(mime)
        self.succeeded.emit(self.tr("Copied {count} rows of values").format(count=ROWS))

    def _ask_save(self) -> None:
        forms = self.tr("Picture (*.png);;Vector graphics (*.svg);;Table of values (*.csv)")
        start = Path(self._settings.values.last_folder or Path.home()) / self.tr("graph.png")
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Save"), str(start), forms)
        if name:
            suffix = next((one for one in SUFFIXES if one in chosen), SUFFIXES[0])
            path = with_suffix(self._window, Path(name), SUFFIXES, usual=suffix)
            if path is not None:
                self.save(path)

    def save(self, path: Path) -> None:
        """Save the graph; the ending of the file's name decides the format, one of `SUFFIXES`."""
        plot, form = self._plot, path.suffix.lower().removeprefix(".")
        if plot is None:
            return
        content = csv_bytes(plot.table(ROWS)) if form == "csv" else plot.picture(form)
        self._jobs.run(
            lambda: write_atomically(path, content),
            on_success=lambda _: self.succeeded.emit(self.tr("Saved to {path}").format(path=path)),
            on_error=self.failed.emit,
        )


def csv_bytes(table: list[list[str]]) -> bytes:
    """Return a table as CSV in UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue().encode()
