"""Import and export of models in the window: the forms, the child process, and its outcome in a sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path
from digitvision.ui.models.model_exchange import ModelExchange
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, named, plain
from tests.ui.dialogs import Dialogs
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")

Child = Callable[[str], Path]

_OUTPUT: dict[str, Any] = {
    "path": "/there/classic-int8.tflite",
    "bytes": 236_000,
    "samples": 504,
    "largest_difference": 0.014,
    "same_answers": 0.998,
    "accuracy": 0.9911,
    "accuracy_float32": 0.9917,
    "measured_on": "MNIST test",
    "measured_samples": 10_000,
}


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Child:
    """Run this script instead of the program; return the file with the arguments of each call."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, script, every_call=True)

    return use


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> Dialogs:
    return Dialogs(monkeypatch)


@pytest.fixture
def model_window(make_window: WindowMaker) -> MainWindow:
    window = make_window()
    window.tabs.setCurrentWidget(window.model_tab)
    return window


@pytest.fixture
def exchange(model_window: MainWindow) -> ModelExchange:
    return model_window.model_tab.library.exchange


def _menu(window: MainWindow) -> dict[str, QAction]:
    opened = window.model_tab.library.button.menu()
    assert isinstance(opened, QMenu)
    opened.aboutToShow.emit()
    return {plain(action.text()): action for action in opened.actions() if action.text()}


def _ask_export(window: MainWindow, form: str, file: Path | str | None = None) -> QLineEdit:
    _menu(window)["Export …"].trigger()
    forms = named(window.model_tab, QComboBox, "Form")
    (index,) = [index for index in range(forms.count()) if forms.itemText(index).startswith(form)]
    forms.setCurrentIndex(index)
    line = named(window.model_tab, QLineEdit, "File")
    assert line.isVisible()
    if file is not None:
        line.setText(str(file))
    return line


def _calls(path: Path) -> list[list[str]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _printing(text: object) -> str:
    return f"print({json.dumps(text if isinstance(text, str) else json.dumps(text))})"


def test_the_form_suggests_a_file_and_follows_the_choice(model_window: MainWindow, exchange: ModelExchange) -> None:
    line = _ask_export(model_window, "Keras")
    assert line.text() == str(Path.home() / "classic.keras")
    assert named(model_window.model_tab, QComboBox, "Form").hasFocus()
    _ask_export(model_window, "LiteRT, int8")
    assert line.text() == str(Path.home() / "classic-int8.tflite")

    # What the user has written stays, but for its ending.
    _ask_export(model_window, "LiteRT, int8", "/there/mine v1.2.tflite")
    forms = named(model_window.model_tab, QComboBox, "Form")
    forms.setCurrentIndex(forms.findText("ONNX"))
    assert line.text() == "/there/mine v1.2.onnx"

    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert exchange.export_form.isHidden()


def test_an_export_reports_path_size_and_loss(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot
) -> None:
    calls = child(_printing(_OUTPUT))
    _ask_export(model_window, "LiteRT, int8", tmp_path / "small.tflite")
    button(exchange.export_form, "Export").click()

    assert exchange.busy
    assert exchange.export_form.isHidden()
    assert exchange.notice.text == "Exporting “classic” …"
    assert not _menu(model_window)["Export …"].isEnabled()
    assert not _menu(model_window)["Import …"].isEnabled()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    assert model_window.model is not None
    folder = str(model_window.model.folder)
    assert _calls(calls) == [
        ["models", "export", folder, "--to", "tflite", "--precision", "int8", "--format", "json",
         str(tmp_path / "small.tflite")]
    ]  # fmt: skip
    assert exchange.notice.text == (
        "“/there/classic-int8.tflite” was written, 230 KB. 99.8 % of 504 real characters get the same answer as "
        "before; "
        "accuracy on MNIST test: 0.06 points lost, 99.11 % instead of 99.17 %."
    )
    assert exchange.export_form.isHidden()
    assert _menu(model_window)["Export …"].isEnabled()


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (0.882, "accuracy on MNIST test: 0.15 points gained, 88.20 % instead of 88.05 %."),
        (0.88052, "accuracy on MNIST test: 88.05 % as before."),
    ],
)
def test_an_export_that_reads_better_or_as_well_is_not_called_a_loss(
    model_window: MainWindow,
    exchange: ModelExchange,
    child: Child,
    tmp_path: Path,
    qtbot: QtBot,
    now: float,
    sentence: str,
) -> None:
    change = {"accuracy": now, "accuracy_float32": 0.8805, "measured_on": "MNIST test"}
    child(_printing({**_OUTPUT, **change}))
    _ask_export(model_window, "LiteRT, int8", tmp_path / "small.tflite")
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    assert exchange.notice.text.endswith(sentence)


def test_an_export_that_was_not_measured_reports_no_loss(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot
) -> None:
    calls = child(_printing({**_OUTPUT, "path": "/x.onnx", "bytes": 3 * 2**20, "accuracy": None, "same_answers": 1.0}))
    _ask_export(model_window, "ONNX", tmp_path / "x.onnx")
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    assert "--precision" not in _calls(calls)[0]
    assert exchange.notice.text == (
        "“/x.onnx” was written, 3.00 MB. 100.0 % of 504 real characters get the same answer as before."
    )


def test_cancelling_ends_the_child_and_asks_again(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot
) -> None:
    calls = child("time.sleep(600)")
    _ask_export(model_window, "Keras", tmp_path / "x.keras")
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: bool(_calls(calls)), timeout=PATIENCE_MS)

    button(exchange.notice, "Cancel").click()

    assert not exchange.busy
    assert exchange.notice.text == "Cancelled; nothing was written."
    assert exchange.export_form.isVisible()
    assert named(model_window.model_tab, QLineEdit, "File").text() == str(tmp_path / "x.keras")


def test_a_failure_is_shown_and_can_be_tried_again(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot
) -> None:
    child("sys.stderr.write('“x” cannot be written: no space left on device.\\n'); sys.exit(1)")
    _ask_export(model_window, "Keras", tmp_path / "x.keras")
    QTest.keyClick(named(model_window.model_tab, QLineEdit, "File"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    assert exchange.notice.text == "“x” cannot be written: no space left on device."
    assert exchange.export_form.isVisible()

    child(_printing("no such thing"))
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)
    assert exchange.notice.text == f"“{tmp_path / 'x.keras'}” was written."


def test_an_existing_file_is_replaced_only_if_the_user_agrees(
    model_window: MainWindow, exchange: ModelExchange, child: Child, dialogs: Dialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    there = tmp_path / "there.keras"
    there.write_text("mine")
    calls = child(_printing({**_OUTPUT, "accuracy": None}))
    line = _ask_export(model_window, "Keras", there)
    button(exchange.export_form, "Export").click()
    assert exchange.notice.text == f"“{there}” is there already."
    assert not exchange.busy
    button(exchange.notice, "Replace").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)
    assert len(_calls(calls)) == 1

    # The system's dialog has asked that itself.
    _ask_export(model_window, "Keras")
    dialogs.save_to(there)
    button(exchange.export_form, "Choose …").click()
    assert line.text() == str(there)
    button(exchange.export_form, "Export").click()
    assert exchange.busy
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)
    assert len(_calls(calls)) == 2

    # It has not asked about a name that gets its ending here.
    _ask_export(model_window, "Keras")
    dialogs.save_to(tmp_path / "there")
    button(exchange.export_form, "Choose …").click()
    assert line.text() == str(there)
    button(exchange.export_form, "Export").click()
    assert exchange.notice.text == f"“{there}” is there already."


def test_a_folder_and_a_bare_name_are_understood(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    calls = child(_printing(_OUTPUT))
    for file in (tmp_path, "-bare.onnx", "~/x.onnx"):
        _ask_export(model_window, "ONNX")
        _ask_export(model_window, "ONNX", file)
        button(exchange.export_form, "Export").click()
        qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    paths = [call[-1] for call in _calls(calls)]
    assert paths == [str(tmp_path / name) for name in ("classic.onnx", "-bare.onnx", "x.onnx")]

    _ask_export(model_window, "ONNX", "  ")
    button(exchange.export_form, "Export").click()
    assert not exchange.busy
    assert len(_calls(calls)) == 3


def test_the_export_form_closes_when_another_model_is_chosen(
    make_window: WindowMaker, home: Path, child: Child, qtbot: QtBot
) -> None:
    shutil.copytree(resource_path("models", "classic"), home / "models" / "mine")
    window = make_window()
    window.tabs.setCurrentWidget(window.model_tab)
    exchange = window.model_tab.library.exchange
    child("time.sleep(600)")
    _ask_export(window, "Keras", home / "x.keras")
    button(exchange.export_form, "Export").click()
    window.model_tab.model_wanted.emit("mine")
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "mine", timeout=PATIENCE_MS)

    # What is under way goes on.
    assert exchange.busy
    button(exchange.notice, "Cancel").click()
    assert exchange.export_form.isHidden()


def test_an_imported_model_is_shown(
    model_window: MainWindow, exchange: ModelExchange, child: Child, dialogs: Dialogs, home: Path, qtbot: QtBot
) -> None:
    source, target = str(resource_path("models", "classic")), str(home / "models" / "sevens")
    calls = child(
        f"import shutil; shutil.copytree({source!r}, {target!r}); "
        'print(\'{"name": "sevens", "found": "It gets values from 0 to 255."}\')'
    )
    dialogs.open_from(None)
    _menu(model_window)["Import …"].trigger()
    assert exchange.import_form.isHidden()

    dialogs.open_from(home / "from elsewhere.keras")
    _menu(model_window)["Import …"].trigger()
    name = named(model_window.model_tab, QLineEdit, "Name")
    assert name.text() == "from elsewhere"
    assert name.hasFocus()
    name.setText("sevens")
    named(model_window.model_tab, QLineEdit, "Labels").setText("-01")
    named(model_window.model_tab, QComboBox, "Values").setCurrentText("0 to 255")
    named(model_window.model_tab, QComboBox, "Ink").setCurrentText("black on white")
    button(exchange.import_form, "Import").click()
    assert exchange.notice.text == "Importing “sevens” …"

    choice = named(model_window.model_tab, QComboBox, "Model to look at")
    qtbot.waitUntil(lambda: choice.currentData() == "sevens", timeout=PATIENCE_MS)
    path, known = str(home / "from elsewhere.keras"), ["--values=0-255", "--ink=black-on-white"]
    assert _calls(calls) == [["models", "import", path, "--format=json", "--name=sevens", "--labels=-01", *known]]
    assert exchange.notice.text == "“sevens” was imported. It gets values from 0 to 255."
    assert model_window.model is not None
    assert model_window.model.name == "classic"


def test_an_import_that_is_refused_can_be_tried_again(
    model_window: MainWindow, exchange: ModelExchange, child: Child, dialogs: Dialogs, home: Path, qtbot: QtBot
) -> None:
    calls = child("sys.stderr.write('“x” has 3 outputs; name their classes (--labels).\\n'); sys.exit(1)")
    dialogs.open_from(home / "x.keras")
    _menu(model_window)["Import …"].trigger()
    button(exchange.import_form, "Import").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=PATIENCE_MS)

    assert exchange.notice.text == "“x” has 3 outputs; name their classes (--labels)."
    assert _calls(calls) == [["models", "import", str(home / "x.keras"), "--format=json", "--name=x"]]
    assert exchange.import_form.isVisible()
    assert named(model_window.model_tab, QLineEdit, "Name").text() == "x"


def test_closing_the_window_ends_what_is_under_way(
    model_window: MainWindow, exchange: ModelExchange, child: Child, tmp_path: Path, qtbot: QtBot
) -> None:
    calls = child("time.sleep(600)")
    _ask_export(model_window, "Keras", tmp_path / "x.keras")
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: bool(_calls(calls)), timeout=PATIENCE_MS)

    model_window.close()

    # The watch on children fails the test if it still runs.
    assert not exchange.busy


@pytest.mark.slow
def test_an_exported_model_can_be_imported_again(
    model_window: MainWindow, exchange: ModelExchange, dialogs: Dialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    exported = tmp_path / "mine.keras"
    _ask_export(model_window, "Keras", exported)
    button(exchange.export_form, "Export").click()
    qtbot.waitUntil(lambda: not exchange.busy, timeout=10 * PATIENCE_MS)
    assert exchange.notice.text.startswith(f"“{exported}” was written, 822 KB. 100.0 % of 504 real characters")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.card.json", "mine.keras", "mine.txt"]

    dialogs.open_from(exported)
    _menu(model_window)["Import …"].trigger()
    button(exchange.import_form, "Import").click()
    choice = named(model_window.model_tab, QComboBox, "Model to look at")
    qtbot.waitUntil(lambda: choice.currentData() == "mine", timeout=10 * PATIENCE_MS)
    assert ModelStore().find("mine").card.labels == ModelStore().find("classic").card.labels
