"""The form and curves of the Train tab: settings, costs, progress, and earlier trainings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from digitvision.ui.theme import accent, muted
from digitvision.ui.train.architectures import architectures
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_curves import TrainingCurves
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.train.training_runs import kept_runs
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, labels, named
from tests.ui.pictures import picture_of, rgb
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS


def _kept_run(home: Path, number: int = 1, **change: Any) -> dict[str, Any]:
    settings = {
        "name": f"run {number}",
        "architecture": "mobile",
        "data": ["mnist", "/somewhere/letters.npz"],
        "epochs": 7,
        "batch_size": 64,
        "learning_rate": 0.002,
        "augment": True,
        "seed": 9,
        "schedule": "cosine",
        "patience": 3,
        "validation": 0.25,
        "recipe": "",
    }
    epoch = {"loss": 0.2, "accuracy": 0.9, "validation_loss": 0.1, "validation_accuracy": 0.95, "seconds": 3.0}
    run = {
        "format": "digitvision-run",
        "version": 1,
        "started": f"2024-02-0{number}T10:11:12+00:00",
        "settings": settings,
        "samples": 100,
        "classes": 10,
        "parameters": 5,
        "batches": [[0.5, 0.4, 0.8], [1.5, 0.3, 0.85]],
        "epochs": [{"epoch": index, **epoch} for index in (1, 2)],
        "outcome": {"event": "completed", "model": "x", "test_accuracy": 0.981, "message": ""},
        **change,
    }
    folder = home / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"2024020{number}T101112-abcdef.json").write_text(json.dumps(run), encoding="utf-8")
    return run


@pytest.fixture
def form(qtbot: QtBot) -> TrainingForm:
    form = TrainingForm()
    qtbot.addWidget(form)
    return form


def _ticked(form: TrainingForm) -> list[str]:
    data = named(form, QListWidget, "Data")
    items = [data.item(row) for row in range(data.count())]
    return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]


def test_the_form_begins_with_the_plain_training(form: TrainingForm) -> None:
    request = form.request("mine")

    assert (request.name, request.architecture, request.data) == ("mine", "cnn", ("mnist",))
    assert (request.epochs, request.batch_size, request.learning_rate) == (5, 128, 0.001)
    assert (request.schedule, request.patience, request.augment, request.seed) == ("constant", 0, False, 1)
    assert request.validation == 0.1


def test_each_architecture_shows_its_costs(form: TrainingForm) -> None:
    choice = named(form, QComboBox, "Network")
    for index, item in enumerate(architectures()):
        choice.setCurrentIndex(index)
        assert form.request("x").architecture == item.name
        found = " ".join(label.text() for label in form.findChildren(QLabel))
        assert f"{item.parameters_for(10):,} parameters" in found
        assert item.source in found


def test_data_of_the_user_is_added_once_and_ticked(form: TrainingForm, tmp_path: Path) -> None:
    for _ in range(2):
        form.data.add(str(tmp_path / "letters.npz"))
    form.data.add("")

    assert _ticked(form) == ["MNIST: 60,000 digits", "letters.npz"]
    assert form.request("x").data == ("mnist", str(tmp_path / "letters.npz"))


def test_data_that_was_added_can_be_taken_off_the_list(form: TrainingForm, qtbot: QtBot, tmp_path: Path) -> None:
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow, timeout=PATIENCE_MS)
    data = named(form, QListWidget, "Data")
    form.data.add(str(tmp_path / "letters.npz"))
    button(form, "Take off").click()
    assert form.request("x").data == ("mnist",)

    # What is always offered stays.
    data.setCurrentRow(0)
    assert not button(form, "Take off").isEnabled()
    QTest.keyClick(data, Qt.Key.Key_Delete)
    assert data.count() == 1
    form.data.add(str(tmp_path / "letters.npz"))
    data.setFocus()
    QTest.keyClick(data, Qt.Key.Key_Delete)
    assert data.count() == 1


def test_what_mnist_holds_out_is_said_where_it_is_not_the_share(form: TrainingForm, tmp_path: Path) -> None:
    form.show()
    sentence = "of MNIST its last 5,000"
    assert sentence in labels(form)

    share = next(box for box in form.findChildren(QSpinBox) if box.suffix() == " %")
    share.setValue(20)
    assert sentence not in labels(form)
    share.setValue(10)
    assert sentence in labels(form)
    named(form, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Unchecked)
    assert sentence not in labels(form)


@pytest.mark.slow
@pytest.mark.parametrize("words", [8, 24])
def test_an_error_of_a_network_s_file_leaves_its_buttons_their_height(
    tab: TrainTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: int
) -> None:
    sentence = " ".join(["misfortune"] * words)
    run_instead(monkeypatch, tmp_path, f"sys.stderr.write({sentence!r}); sys.exit(1)")
    (form,) = tab.findChildren(TrainingForm)

    form.network.choose(str(tmp_path / "network.py"))
    qtbot.waitUntil(lambda: form.problem == sentence, timeout=PATIENCE_MS)
    qtbot.wait(50)

    for text in ("Choose …", "Check again"):
        assert button(form, text).height() >= button(form, text).sizeHint().height()


def test_own_drawings_are_offered_where_there_are_some(qtbot: QtBot, home: Path) -> None:
    (home / "drawings").mkdir(parents=True)
    form = TrainingForm()
    qtbot.addWidget(form)

    data = named(form, QListWidget, "Data")
    assert [data.item(row).text() for row in range(data.count())] == ["MNIST: 60,000 digits", "Drawings of your own"]
    assert _ticked(form) == ["MNIST: 60,000 digits"]


def test_every_schedule_of_the_command_line_is_offered(form: TrainingForm, home: Path) -> None:
    for schedule in ("constant", "cosine", "one-cycle"):
        form.fill({**_kept_run(home)["settings"], "schedule": schedule})
        assert form.request("again").schedule == schedule


def test_a_kept_training_s_settings_fill_the_form(form: TrainingForm, home: Path) -> None:
    run = _kept_run(home)

    form.fill(run["settings"])

    request = form.request("again")
    assert (request.architecture, request.data) == ("mobile", ("mnist", "/somewhere/letters.npz"))
    assert (request.epochs, request.batch_size, request.learning_rate) == (7, 64, 0.002)
    assert (request.schedule, request.patience, request.augment, request.seed) == ("cosine", 3, True, 9)
    assert request.validation == 0.25
    found = request.arguments()
    assert found[found.index("--validation") + 1] == "0.25"


def test_a_model_to_begin_with_brings_its_own_network(form: TrainingForm, qtbot: QtBot) -> None:
    form.show()
    form.show_models(["digits", "mine"])
    architecture, base, learns = (
        named(form, QComboBox, name) for name in ("Network", "Begin with", "What is trained further")
    )
    assert not learns.isVisible()
    assert form.request("x").arguments()[1:3] == ["--architecture", "cnn"]

    base.setCurrentIndex(base.findData("mine"))
    assert learns.isVisible()
    assert not architecture.isEnabled()
    assert form.request("x").arguments()[1:3] == ["--from", "mine"]
    found = {}
    for index in range(learns.count()):
        learns.setCurrentIndex(index)
        found[learns.itemText(index)] = {"--freeze", "--two-stages"} & set(form.request("x").arguments())
    assert found == {
        "All of it": set(),
        "Its last layer only": {"--freeze"},
        "Its last layer, then all": {"--two-stages"},
    }

    # One that is gone cannot be begun with.
    form.show_models(["digits"])
    assert form.request("x").base == ""
    assert architecture.isEnabled()
    form.fill({"base": "digits", "freeze": -1, "new_head": True, "data": ["mnist"]})
    request = form.request("x")
    assert (request.base, request.freeze, request.new_head, request.two_stages) == ("digits", True, True, False)


def test_settings_that_make_no_sense_leave_the_form_as_it_is(form: TrainingForm) -> None:
    form.fill({"architecture": "brain", "epochs": "many", "learning_rate": None, "schedule": 7, "data": ["mnist"]})

    assert form.request("x").architecture == "cnn"
    assert form.request("x").epochs == 5


def test_no_training_starts_without_data(tab: TrainTab) -> None:
    data = named(tab, QListWidget, "Data")
    data.item(0).setCheckState(Qt.CheckState.Unchecked)

    button(tab, "Train").click()

    assert tab.notice.text == "Choose the data to learn from."
    assert button(tab, "Train").isEnabled()
    # What was wrong is mended.
    data.item(0).setCheckState(Qt.CheckState.Checked)
    assert tab.notice.text == ""


@pytest.mark.slow
def test_kept_trainings_are_offered_the_latest_first_and_drawn_behind_the_curves(
    home: Path, make_window: Callable[..., MainWindow]
) -> None:
    _kept_run(home, 1)
    _kept_run(home, 2, outcome=None)
    (home / "runs" / "20240203T000000-abcdef.json").write_text("{", encoding="utf-8")
    window = make_window()
    choose(window, "Train")
    tab = window.train_tab
    compared = named(tab, QComboBox, "Training to compare with")
    titles = [compared.itemText(index) for index in range(compared.count())]

    assert titles == [
        "No other training",
        "run 2  ·  2 February 2024, 10:11",
        "run 1  ·  1 February 2024, 10:11  ·  98.10 %",
    ]
    assert not button(tab, "Repeat").isEnabled()
    curves = tab.findChild(TrainingCurves)
    assert curves is not None
    grey = muted(curves.palette())
    before = _coloured(curves, grey)
    compared.setCurrentIndex(2)
    assert _coloured(curves, grey) > before + 50

    button(tab, "Repeat").click()
    assert [box.value() for box in tab.findChildren(QSpinBox) if box.isVisible()][:2] == [7, 64]
    (augment,) = [box for box in tab.findChildren(QCheckBox) if box.text() == "Vary slant, size and position"]
    assert augment.isChecked()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"},
        {"version": 2},
        {"batches": [[1, 2]]},
        {"batches": [["a", 1, 1]]},
        {"epochs": [{}]},
        {"settings": 7},
    ],
)
def test_a_damaged_run_is_left_out(home: Path, change: dict[str, Any]) -> None:
    _kept_run(home, 1)
    _kept_run(home, 2, **change)

    assert [run.name for run in kept_runs()] == ["run 1"]


def test_the_curves_of_a_training_grow_with_its_batches_and_epochs(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.resize(500, 400)
    curves.show()
    colour = accent(curves.palette())
    assert _coloured(curves, colour) == 0
    # The axes are those of the whole training from its first batch on.
    curves.begin(3)
    curves.add_batch(0.1, 2.3, 0.1)
    accuracy, loss = (plot.viewRange() for plot in curves.findChildren(PlotWidget))
    assert accuracy[0] == loss[0] == [0, 3]
    assert 0 <= accuracy[1][0] < 10 < accuracy[1][1] == 100
    assert loss[1][0] == 0 < 2.3 < loss[1][1] < 3
    curves.begin(900)
    curves.add_batch(7.5, 2.3, 0.1)
    assert all(plot.viewRange()[0] == [0, 10] for plot in curves.findChildren(PlotWidget))
    edges = {plot.getAxis("left").width() for plot in curves.findChildren(PlotWidget)}
    assert len(edges) == 1
    curves.begin(5)

    for index in range(1, 20):
        curves.add_batch(index / 10, 1 / index, 1 - 1 / (index + 1))
    assert not curves.accessibleDescription()
    curves.add_epoch(1, 0.4, 0.9, 0.3, 0.92)
    curves.add_epoch(2, 0.3, 0.92, 0.2, 0.955)

    assert _coloured(curves, colour) > 100
    assert curves.accessibleDescription() == "Epoch 2: accuracy 92.00 %, held out 95.50 %"
    assert [len(points) for points in curves.points] == [19, 2, 2]
    curves.begin(5)
    assert all(plot.viewRange()[0] == [0, 5] for plot in curves.findChildren(PlotWidget))
    assert [len(points) for points in curves.points] == [0, 0, 0]
    assert _coloured(curves, colour) == 0


def test_the_axes_show_the_true_numbers_in_every_appearance(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.show()
    curves.begin(2)
    curves.add_batch(0.1, 0.5, 0.1)

    for colour in ("#202020", "#f0f0f0"):
        palette = curves.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colour))
        curves.setPalette(palette)
        for plot in curves.findChildren(PlotWidget):
            axis = plot.getAxis("left")
            assert axis.autoSIPrefixScale * axis.scale == 1


def test_the_last_epochs_point_is_seen_whole(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.resize(500, 400)
    curves.show()
    curves.begin(5)
    curves.add_epoch(5, 0.4, 0.9, 0.3, 0.92)
    plot = curves.findChildren(PlotWidget)[0]
    edge = plot.mapFromScene(plot.getViewBox().sceneBoundingRect().topRight()).x() + plot.x()

    beyond = picture_of(curves)[:, edge + 1 :]

    colour = accent(curves.palette())
    assert (np.abs(beyond - rgb(colour)).max(axis=-1) < 24).sum() >= 4


def test_a_pause_is_one_button(tab: TrainTab) -> None:
    pause = button(tab, "Pause")

    assert not pause.isEnabled()
    assert "so that the computer is free for other work" in pause.toolTip()
    assert not any("Paused" in text for text in labels(tab))


def _coloured(curves: TrainingCurves, colour: QColor) -> int:
    """Pixels of this colour or nearly so."""
    return int((np.abs(picture_of(curves) - rgb(colour)).max(axis=-1) < 24).sum())


def test_a_notice_moves_nothing(window: MainWindow, tab: TrainTab) -> None:
    window.resize(800, 600)
    pages = named(tab, QTabBar, "Pages of the training")
    picture_of(tab)
    before = pages.geometry()

    tab.notice.show_notice("There is no data in the folder that you have chosen, or it is hidden.", kind="warning")
    picture_of(tab)
    assert pages.geometry() == before
    assert tab.notice.geometry().bottom() < pages.mapTo(tab, QPoint(0, 0)).y()
    tab.notice.dismiss()
    picture_of(tab)

    assert pages.geometry() == before


def test_a_notice_of_many_lines_lies_over_what_is_below(window: MainWindow, tab: TrainTab) -> None:
    window.resize(800, 600)
    pages = named(tab, QTabBar, "Pages of the training")
    picture_of(tab)
    before = pages.geometry()
    sentence = "There is no data in the folder that you have chosen, or it is hidden. " * 4

    tab.notice.show_notice(sentence, kind="warning", label="Choose another one", action=lambda: None)
    picture_of(tab)
    (text,) = [one for one in tab.notice.findChildren(QLabel) if one.text() == sentence]

    assert pages.geometry() == before
    assert text.height() >= text.heightForWidth(text.width())
    middle = tab.notice.mapTo(tab, QPoint(tab.notice.width() // 3, tab.notice.height() - 3))
    assert tab.notice.geometry().bottom() > pages.mapTo(tab, QPoint(0, 0)).y()
    assert tab.childAt(middle) in (tab.notice, text)
    tab.notice.dismiss()
    picture_of(tab)

    assert pages.geometry() == before
    assert not tab.notice.isVisible()


def test_the_texts_of_all_choices_are_seen_whole_in_a_small_window(window: MainWindow, tab: TrainTab) -> None:
    window.resize(800, 600)
    picture_of(tab)
    (form,) = tab.findChildren(TrainingForm)

    boxes = [box for box in form.findChildren(QComboBox) if box.isVisible()]
    assert len(boxes) == 3
    for box in boxes:
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        parts = QStyle.SubControl
        room = (
            box.style()
            .subControlRect(QStyle.ComplexControl.CC_ComboBox, option, parts.SC_ComboBoxEditField, box)
            .width()
        )
        for index in range(box.count()):
            text = box.itemText(index)
            assert box.fontMetrics().horizontalAdvance(text) <= room, text
