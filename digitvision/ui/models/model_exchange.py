"""Import and export of models: forms in the window, the work in a child process, the outcome in a sentence."""

import json
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from digitvision.files import FileFault, check_folder_of
from digitvision.recognition.models.data_names import figure_data_name
from digitvision.recognition.models.model_store import Model
from digitvision.ui.jobs.child_command import ChildCommand
from digitvision.ui.models.model_forms import ModelExportForm, ModelExportRequest, ModelImportForm, ModelImportRequest
from digitvision.ui.widgets.notice_bar import NoticeBar

_KILOBYTE: Final = 1024
_MEGABYTE: Final = 1024**2


class ModelExchange(QObject):
    """Exports and imports, one at a time; `widgets` are the forms and the notice, hidden until they are needed."""

    imported = Signal(str)
    """A model of this name is new in the library."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.export_form = ModelExportForm()
        self.export_form.wanted.connect(self._export)
        self.import_form = ModelImportForm()
        self.import_form.wanted.connect(self._import)
        self.notice = NoticeBar()
        self.widgets: tuple[QWidget, ...] = (self.export_form, self.import_form, self.notice)
        self._parent = parent
        self._under_way: ModelExportRequest | ModelImportRequest | None = None
        self._asked_by: QWidget | None = None
        self._command = ChildCommand(self)
        self._command.done.connect(self._on_done)
        self._command.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        """Whether an export or import is under way."""
        return self._under_way is not None

    def ask_export(self, model: Model) -> None:
        """Ask how this model is to be exported."""
        self.notice.dismiss()
        self.import_form.hide()
        self.export_form.begin(model)

    def ask_import(self) -> None:
        """Ask which file is to be imported, and as what."""
        name, _ = QFileDialog.getOpenFileName(
            self._parent, self.tr("Import model"), str(Path.home()), self.tr("Keras models (*.keras *.h5 *.hdf5)")
        )
        if name:
            self.notice.dismiss()
            self.export_form.hide()
            self.import_form.begin(Path(name).absolute())

    def forget_export(self) -> None:
        """Hide the form for good, because another model is shown now."""
        self.export_form.hide()
        if self._asked_by is self.export_form:
            self._asked_by = None

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._under_way = None
        self._command.stop()

    @Slot(object)
    def _export(self, request: ModelExportRequest) -> None:
        try:
            check_folder_of(request.path)
        except FileFault as fault:
            self.notice.show_notice(str(fault), kind="warning")
            return
        if not request.agreed and request.path.exists():
            self.notice.show_notice(
                self.tr("“{path}” is there already.").format(path=request.path),
                kind="warning",
                label=self.tr("Replace"),
                action=lambda: self._start_export(request),
            )
            return
        self._start_export(request)

    def _start_export(self, request: ModelExportRequest) -> None:
        self._start(request, self.tr("Exporting “{name}” …").format(name=request.model.name))

    @Slot(object)
    def _import(self, request: ModelImportRequest) -> None:
        self._start(request, self.tr("Importing “{name}” …").format(name=request.name))

    def _start(self, request: ModelExportRequest | ModelImportRequest, sentence: str) -> None:
        self._under_way = request
        self._asked_by = self.export_form if isinstance(request, ModelExportRequest) else self.import_form
        self._asked_by.hide()
        self.notice.show_notice(sentence, kind="note", label=self.tr("Cancel"), action=self._cancel)
        self._command.start(request.arguments())

    def _cancel(self) -> None:
        if self._under_way is not None:
            self._under_way = None
            self._command.stop()
            self.notice.show_notice(self.tr("Cancelled; nothing was written."), kind="note")
            self._ask_again()

    @Slot(bytes)
    def _on_done(self, output: bytes) -> None:
        request, self._under_way = self._under_way, None
        if isinstance(request, ModelExportRequest):
            self.notice.show_notice(self._describe_export(output, request), kind="good")
        elif request is not None:
            self.notice.show_notice(self._describe_import(output, request), kind="good")
            self.imported.emit(request.name)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._under_way = None
        self.notice.show_notice(sentence, kind="warning")
        self._ask_again()

    def _ask_again(self) -> None:
        """Show the form again, with all that was written in it, for another try."""
        if self._asked_by is not None:
            self._asked_by.show()
            self._asked_by.setFocus(Qt.FocusReason.OtherFocusReason)

    def _describe_import(self, output: bytes, request: ModelImportRequest) -> str:
        """Say that a model was imported, and what was found of it."""
        sentence = self.tr("“{name}” was imported.").format(name=request.name)
        try:
            found: dict[str, Any] = json.loads(output)
            return f"{sentence} {found['found']}".rstrip()
        except (ValueError, KeyError, TypeError):
            return sentence

    def _describe_export(self, output: bytes, request: ModelExportRequest) -> str:
        """Describe in a sentence what was written, and what the command line measured on it."""
        try:
            found: dict[str, Any] = json.loads(output)
            sentence = self.tr(
                "“{path}” was written, {size}. {share:.1f} % of {samples} real characters get the same answer as before"
            ).format(
                path=found["path"],
                size=_size(int(found["bytes"])),
                share=float(found["same_answers"]) * 100,
                samples=int(found["samples"]),
            )
            if found["accuracy"] is None:
                return f"{sentence}."
            now, before = float(found["accuracy"]) * 100, float(found["accuracy_float32"]) * 100
            if f"{now:.2f}" == f"{before:.2f}":
                change = self.tr("accuracy on {data}: {now:.2f} % as before")
            elif now > before:
                change = self.tr(
                    "accuracy on {data}: {points:.2f} points gained, {now:.2f} % instead of {before:.2f} %"
                )
            else:
                change = self.tr("accuracy on {data}: {points:.2f} points lost, {now:.2f} % instead of {before:.2f} %")
            change = change.format(
                data=figure_data_name(found["measured_on"]), points=abs(now - before), now=now, before=before
            )
            return f"{sentence}; {change}."
        except (ValueError, KeyError, TypeError):
            return self.tr("“{path}” was written.").format(path=request.path)


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.2f} MB" if count >= _MEGABYTE else f"{count / _KILOBYTE:.0f} KB"
