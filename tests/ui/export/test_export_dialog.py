"""The dialog for exports: what it offers, and what it gives."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from digitvision.ui.export.export_dialog import ExportDialog
from digitvision.ui.export.export_request import EXPORT_FORMS, PICTURED, SUFFIXES, ExportRequest, form_of_suffix


def _dialog(qtbot: QtBot, *, is_read: bool = True, has_values: bool = True, paper: str = "ruled") -> ExportDialog:
    dialog = ExportDialog(is_read=is_read, has_values=has_values, paper=paper)
    qtbot.addWidget(dialog)
    return dialog


def _form(dialog: ExportDialog) -> QComboBox:
    return dialog.findChildren(QComboBox)[0]


def _enabled(dialog: ExportDialog) -> set[str]:
    boxes = {box.text().replace("&", "") for box in dialog.findChildren(QCheckBox) if box.isEnabled()}
    size, sheet = dialog.findChildren(QSpinBox)[0], dialog.findChildren(QComboBox)[1]
    return boxes | ({"size"} if size.isEnabled() else set()) | ({"sheet"} if sheet.isEnabled() else set())


def test_each_form_asks_for_what_it_needs(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    common = {"Values beside the ink", "Lines or dots of the paper"}
    expected = {
        "png": common | {"size", "Transparent ground"},
        "svg": common | {"size"},
        "pdf": common | {"sheet"},
    }

    for index, form in enumerate(EXPORT_FORMS):
        _form(dialog).setCurrentIndex(index)
        assert _enabled(dialog) == expected.get(form, set())
        assert dialog.request().form == form


def test_what_there_is_not_cannot_be_chosen(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, is_read=False, has_values=False, paper="blank")
    model = _form(dialog).model()

    offered = [
        form
        for index, form in enumerate(EXPORT_FORMS)
        if model.flags(model.index(index, 0)) & Qt.ItemFlag.ItemIsEnabled
    ]
    assert set(offered) == PICTURED
    assert _form(dialog).itemData(EXPORT_FORMS.index("latex"), Qt.ItemDataRole.ToolTipRole)
    assert _enabled(dialog) == {"size", "Transparent ground"}
    assert dialog.request() == ExportRequest("png", sheet=dialog.request().sheet)


def test_choices_are_given(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, paper="dotted")
    dialog.findChildren(QSpinBox)[0].setValue(300)
    for box in dialog.findChildren(QCheckBox):
        box.click()

    request = dialog.request()

    assert (request.size_px, request.transparent, request.values, request.paper) == (300, True, False, "dotted")
    _form(dialog).setCurrentIndex(EXPORT_FORMS.index("pdf"))
    assert not dialog.request().transparent


@pytest.mark.parametrize(("locale", "sheet"), [("en_US", "letter"), ("de_DE", "a4")])
def test_the_sheet_is_the_countrys_own(qtbot: QtBot, locale: str, sheet: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        assert _dialog(qtbot).request().sheet == sheet
    finally:
        QLocale.setDefault(before)


def test_every_form_has_a_suffix_of_its_own() -> None:
    assert len(set(SUFFIXES.values())) == len(EXPORT_FORMS)
    assert [form_of_suffix(SUFFIXES[form].upper()) for form in EXPORT_FORMS] == list(EXPORT_FORMS)
    assert form_of_suffix(".docx") is None
