"""The dialog for the format and the size of an exported picture."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QWidget

from digitvision.ui.widgets.dialog_width import fit_title

SIZES_PX: Final = (16, 4096)
"""Smallest and largest longer side of a picture."""

DEFAULT_SIZE_PX: Final = 1024


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """How to export a picture.

    Attributes:
        form: The format.
        size_px: Longer side of the picture in pixels.
        transparent: Whether the paper is transparent instead of white.
    """

    form: Literal["png", "svg"]
    size_px: int
    transparent: bool


class ExportDialog(QDialog):
    """Asks for an `ExportRequest`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export picture"))
        self._form = QComboBox()
        self._form.addItem(self.tr("PNG: pixels"), "png")
        self._form.addItem(self.tr("SVG: curves"), "svg")
        self._form.currentIndexChanged.connect(self._show_options)
        self._size = QSpinBox()
        self._size.setRange(*SIZES_PX)
        self._size.setValue(DEFAULT_SIZE_PX)
        self._size.setSuffix(self.tr(" px"))
        self._transparent = QCheckBox(self.tr("Transparent paper"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QFormLayout(self)
        layout.addRow(self.tr("&Format"), self._form)
        layout.addRow(self.tr("&Longer side"), self._size)
        layout.addRow(self._transparent)
        layout.addRow(buttons)
        fit_title(self)

    def request(self) -> ExportRequest:
        """Return what was chosen."""
        return ExportRequest(self._form.currentData(), self._size.value(), self._transparent.isChecked())

    @Slot()
    def _show_options(self) -> None:
        # SVG has no paper at all.
        self._transparent.setEnabled(self._form.currentData() == "png")
