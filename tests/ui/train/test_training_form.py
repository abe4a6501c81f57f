"""The form of the Train tab: settings, costs, data, and where its notices lie."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QListWidget,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
)
from pytestqt.qtbot import QtBot

from digitvision.ui.train.architectures import architectures
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, labels, named
from tests.ui.pictures import picture_of
from tests.ui.scripts import run_instead
from tests.ui.train.kept_training import kept_run
from tests.ui.windows import PATIENCE_MS


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
        form.fill({**kept_run(home)["settings"], "schedule": schedule})
        assert form.request("again").schedule == schedule


def test_a_kept_training_s_settings_fill_the_form(form: TrainingForm, home: Path) -> None:
    run = kept_run(home)

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


def test_a_pause_is_one_button(tab: TrainTab) -> None:
    pause = button(tab, "Pause")

    assert not pause.isEnabled()
    assert "so that the computer is free for other work" in pause.toolTip()
    assert not any("Paused" in text for text in labels(tab))


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
