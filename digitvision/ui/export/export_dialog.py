"""The dialog for the form of an export, and for what belongs to it."""

from typing import Final

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QWidget

from digitvision.ui.export.export_request import (
    DEFAULT_SIZE_PX,
    EXPORT_FORMS,
    PICTURED,
    SHEET_SIZES,
    ExportForm,
    ExportRequest,
    SheetSize,
)
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.dialog_width import fit_title

SIZES_PX: Final = (16, 4096)
"""Smallest and largest longer side of a picture."""

_PAPERS: Final = ("ruled", "squared", "dotted")
_LETTER_COUNTRIES: Final = frozenset(
    {
        QLocale.Country.UnitedStates,
        QLocale.Country.Canada,
        QLocale.Country.Mexico,
        QLocale.Country.Philippines,
    }
)


class ExportDialog(QDialog):
    """Asks for an `ExportRequest`."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        is_read: bool = False,
        has_values: bool = False,
        paper: str = "",
    ) -> None:
        """Make the dialog.

        Args:
            parent: The window.
            is_read: Whether something was read, which can be written as text.
            has_values: Whether something was computed, which can stand beside the ink.
            paper: Pattern of the paper; empty or any other name for none.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._has_values = has_values
        self._pattern = paper if paper in _PAPERS else ""
        self._form = ChoiceBox()
        for form in EXPORT_FORMS:
            self._form.addItem(self._form_title(form), form)
        if not is_read:
            self._refuse_texts()
        self._form.currentIndexChanged.connect(self._show_options)
        self._size = QSpinBox()
        self._size.setRange(*SIZES_PX)
        self._size.setValue(DEFAULT_SIZE_PX)
        self._size.setSuffix(self.tr(" px"))
        self._sheet = ChoiceBox()
        for sheet in SHEET_SIZES:
            self._sheet.addItem(self._sheet_title(sheet), sheet)
        if QLocale().territory() in _LETTER_COUNTRIES:
            self._sheet.setCurrentIndex(self._sheet.findData("letter"))
        self._values = QCheckBox(self.tr("&Values beside the ink"))
        self._values.setChecked(True)
        self._paper = QCheckBox(self.tr("&Lines or dots of the paper"))
        self._transparent = QCheckBox(self.tr("&Transparent ground"))
        self._transparent.setToolTip(self.tr("Without the white paper, for other grounds; an SVG never has any"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QFormLayout(self)
        layout.addRow(self.tr("&Format"), self._form)
        layout.addRow(self.tr("L&onger side"), self._size)
        layout.addRow(self.tr("&Sheet"), self._sheet)
        for box in (self._values, self._paper, self._transparent):
            layout.addRow(box)
        layout.addRow(buttons)
        self._show_options()
        fit_title(self)

    def request(self) -> ExportRequest:
        """Return what was chosen."""
        form: ExportForm = self._form.currentData()
        sheet: SheetSize = self._sheet.currentData()
        return ExportRequest(
            form,
            self._size.value(),
            transparent=self._transparent.isChecked() and form == "png",
            values=self._values.isChecked(),
            paper=self._pattern if self._paper.isChecked() else "",
            sheet=sheet,
        )

    def _form_title(self, form: ExportForm) -> str:
        return {
            "png": self.tr("PNG: pixels"),
            "svg": self.tr("SVG: curves"),
            "pdf": self.tr("PDF: for printing and sending"),
            "latex": self.tr("LaTeX: a document"),
            "markdown": self.tr("Markdown: text with formulas"),
            "mathml": self.tr("MathML: for Word and web pages"),
            "csv": self.tr("CSV: a table of values and names"),
        }[form]

    def _sheet_title(self, sheet: SheetSize) -> str:
        return {
            "a4": self.tr("A4"),
            "letter": self.tr("Letter"),
            "own": self.tr("As large as the drawing"),
        }[sheet]

    def _refuse_texts(self) -> None:
        """Disable the forms that hold what was read, with the reason."""
        model = self._form.model()
        assert isinstance(model, QStandardItemModel)
        for index, form in enumerate(EXPORT_FORMS):
            if form not in PICTURED:
                model.item(index).setEnabled(False)
                reason = self.tr("Nothing has been read that could be written as text.")
                self._form.setItemData(index, reason, Qt.ItemDataRole.ToolTipRole)

    @Slot()
    def _show_options(self) -> None:
        """Enable what the chosen form needs."""
        form: ExportForm = self._form.currentData()
        self._size.setEnabled(form in ("png", "svg"))
        self._sheet.setEnabled(form == "pdf")
        self._values.setEnabled(form in PICTURED and self._has_values)
        self._paper.setEnabled(form in PICTURED and bool(self._pattern))
        # SVG has no ground at all, and a PDF the paper's.
        self._transparent.setEnabled(form == "png")
