"""The editor of layers: changed by buttons, keys and fields, with each layer's shape and costs."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QMenu,
    QSpinBox,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitvision.layer_list import MOST_LAYERS, read_layers
from digitvision.ui.settings import SettingsStore
from digitvision.ui.train.layer_editor import USUAL, LayerEditor
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, labels, named, rows
from tests.ui.windows import WindowMaker


@pytest.fixture
def editor(qtbot: QtBot) -> LayerEditor:
    editor = LayerEditor(10)
    qtbot.addWidget(editor)
    editor.resize(290, 400)
    editor.show()
    return editor


def _editor_in(parent: QWidget) -> LayerEditor:
    (found,) = parent.findChildren(LayerEditor)
    return found


def _list(editor: LayerEditor) -> QTreeWidget:
    return named(editor, QTreeWidget, "Layers of your own")


def _go_to(editor: LayerEditor, row: int) -> None:
    table = _list(editor)
    item = table.topLevelItem(row)
    assert item is not None
    table.setCurrentItem(item)


def _current(editor: LayerEditor) -> str:
    item = _list(editor).currentItem()
    assert item is not None
    return item.text(0)


def _press(editor: LayerEditor, name: str) -> None:
    named(editor, QAbstractButton, name).click()


def _add(editor: LayerEditor, kind: str) -> None:
    (tool,) = [one for one in editor.findChildren(QToolButton) if one.text() == "Add"]
    menu = tool.menu()
    assert isinstance(menu, QMenu)
    (entry,) = [action for action in menu.actions() if action.text().startswith(f"{kind}:")]
    entry.trigger()


def _problems_in_rows(editor: LayerEditor) -> dict[str, str]:
    """The problems by the names of the rows above them."""
    table = _list(editor)
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    problem_rows = [(item, item.child(0)) for item in items if item is not None]
    return {item.text(0): child.text(0) for item, child in problem_rows if child is not None}


def test_every_row_shows_its_layer_s_shape_and_costs(editor: LayerEditor) -> None:
    assert rows(_list(editor)) == [
        ["conv 32 3", "26×26×32", "320", "195 k"],
        ["pool 2", "13×13×32", "0", "0"],
        ["conv 64 3", "11×11×64", "18,496", "2.23 M"],
        ["pool 2", "5×5×64", "0", "0"],
        ["dense 128", "128", "204,928", "205 k"],
        ["dropout 0.2", "128", "0", "0"],
        ["softmax 10", "10", "1,290", "1.28 k"],
    ]
    assert (editor.text, editor.problem) == (USUAL, "")

    editor.show_text("dense 2000")
    row = _list(editor).topLevelItem(0)
    assert row is not None
    assert (row.text(2), row.toolTip(2)) == ("1.57 M", "1,570,000")


def test_layers_are_added_moved_and_removed(editor: LayerEditor, qtbot: QtBot) -> None:
    _go_to(editor, 1)
    _add(editor, "norm")
    assert editor.text.startswith("conv 32 3, pool 2, norm, conv 64 3")
    assert _current(editor) == "norm"

    _press(editor, "Move this layer up")
    assert editor.text.startswith("conv 32 3, norm, pool 2, conv 64 3")
    _press(editor, "Move this layer down")
    _press(editor, "Move this layer down")
    assert editor.text.startswith("conv 32 3, pool 2, conv 64 3, norm")
    assert _current(editor) == "norm"
    with qtbot.waitSignal(editor.changed):
        _press(editor, "Remove this layer")
    assert editor.text == USUAL


def test_the_keys_do_what_the_buttons_do(editor: LayerEditor, qtbot: QtBot) -> None:
    table = _list(editor)
    editor.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    _go_to(editor, 0)

    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert editor.text.startswith("pool 2, conv 32 3, conv 64 3")
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert editor.text == USUAL
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert editor.text == USUAL.replace("pool 2, ", "", 1)


def test_the_fields_change_the_current_layer(editor: LayerEditor) -> None:
    _go_to(editor, 2)
    named(editor, QSpinBox, "filters").setValue(20)
    named(editor, QSpinBox, "stride").setValue(2)
    assert _current(editor) == "conv 20 3 stride 2"
    assert rows(_list(editor))[2][1:3] == ["6×6×20", "5,780"]

    _go_to(editor, 5)
    named(editor, QDoubleSpinBox, "share").setValue(0.35)
    assert _current(editor) == "dropout 0.35"

    kind = named(editor, QComboBox, "Kind of layer")
    kind.setCurrentText("mean")
    kind.activated.emit(kind.currentIndex())
    assert editor.text.endswith("dense 128, mean")


def test_an_impossible_layer_shows_its_problem_in_its_row(editor: LayerEditor) -> None:
    editor.show_text("pool 28, pool 2, dense 20")

    assert _problems_in_rows(editor) == {"pool 2": "the picture is 1 pixel wide here: nothing to pool"}
    assert [row[1:] for row in rows(_list(editor))[1:]] == [["–"] * 3] * 3
    assert editor.problem.startswith("Layer 2, “pool 2”: the picture is 1 pixel wide")

    _go_to(editor, 1)
    _press(editor, "Remove this layer")
    assert _problems_in_rows(editor) == {}
    assert editor.problem == ""


def test_the_row_of_a_problem_belongs_to_its_layer(editor: LayerEditor) -> None:
    editor.show_text("pool 28, pool 2")
    row = _list(editor).topLevelItem(1)
    problem_rows = row.child(0) if row is not None else None
    assert problem_rows is not None
    _list(editor).setCurrentItem(problem_rows)

    _press(editor, "Remove this layer")

    assert editor.text == "pool 28"


def test_the_softmax_stays_the_last_and_what_makes_no_sense_is_not_offered(editor: LayerEditor) -> None:
    _go_to(editor, 6)
    for name in ("Remove this layer", "Move this layer up", "Move this layer down"):
        assert not named(editor, QAbstractButton, name).isEnabled()
    _add(editor, "dense")
    assert editor.text == f"{USUAL}, dense 128"

    _go_to(editor, 0)
    assert not named(editor, QAbstractButton, "Move this layer up").isEnabled()
    for _ in range(7):
        _press(editor, "Remove this layer")
    assert editor.problem == "Add a layer."
    _add(editor, "conv")
    assert editor.text == "conv 32 3"


def test_an_unreadable_list_changes_nothing_and_a_full_one_takes_no_more_layers(editor: LayerEditor) -> None:
    editor.show_text("conv x")
    assert editor.text == USUAL

    editor.show_text(", ".join(["norm"] * MOST_LAYERS))
    editor.add("norm")
    assert len(read_layers(editor.text)) == MOST_LAYERS
    (tool,) = [one for one in editor.findChildren(QToolButton) if one.text() == "Add"]
    assert not tool.isEnabled()


def test_the_form_trains_the_list_and_shows_its_costs(qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show()
    box = named(form, QComboBox, "Network")
    assert not _editor_in(form).isVisible()

    box.setCurrentIndex(box.findText("Layers of your own …"))

    assert _editor_in(form).isVisible()
    assert form.request("x").architecture == USUAL
    assert "225,034 parameters, 2,631,040 multiply-adds per character, for 10 classes" in labels(form)
    form.fill({"architecture": "conv 8 3, mean", "data": ["mnist"]})
    assert form.request("x").arguments()[1:3] == ["--architecture", "conv 8 3, mean"]
    form.fill({"architecture": "conv 8 3, blur", "data": ["mnist"]})
    assert form.request("x").architecture == "conv 8 3, mean"
    form.fill({"architecture": "small", "data": ["mnist"]})
    assert form.request("x").architecture == "small"
    assert not _editor_in(form).isVisible()


@pytest.mark.slow
def test_a_list_that_makes_no_network_cannot_be_trained(window: MainWindow) -> None:
    choose(window, "Train")
    tab = window.train_tab
    box = named(tab, QComboBox, "Network")
    box.setCurrentIndex(box.findText("Layers of your own …"))
    assert button(tab, "Train").isEnabled()

    _editor_in(tab).show_text("pool 28, pool 2")
    assert not button(tab, "Train").isEnabled()
    assert any(text.startswith("Layer 2, “pool 2”") for text in labels(tab))
    tab.start()
    assert tab.notice.text.startswith("Layer 2, “pool 2”")

    box.setCurrentIndex(0)
    assert button(tab, "Train").isEnabled()


@pytest.mark.slow
def test_the_last_list_is_there_when_the_window_opens_again(make_window: WindowMaker, home: Path) -> None:
    window = make_window()
    _editor_in(window.train_tab).show_text("conv 8 3, norm, mean")
    window.document.start()
    window.close()

    assert SettingsStore().values.own_layers == "conv 8 3, norm, mean"
    again = make_window().train_tab
    assert _editor_in(again).text == "conv 8 3, norm, mean"
    assert named(again, QComboBox, "Network").currentIndex() == 0
