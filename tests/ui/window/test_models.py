"""Models in the window: chosen, refused, replaced by the bundled one when they cannot be used."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.data_names import grouped_data
from digitvision.recognition.models.model_store import CARD_FILE, LITERT_FILE
from digitvision.resources import resource_path
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import action, button, choose, labels, named, rows
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")

Settle = Callable[[MainWindow], None]


def _own_model(home: Path, name: str, **card_changes: Any) -> Path:
    """Copy the bundled model to the user's models, with a changed card."""
    folder = home / "models" / name
    shutil.copytree(resource_path("models", "classic"), folder)
    card = json.loads((folder / CARD_FILE).read_text("utf-8"))
    (folder / CARD_FILE).write_text(json.dumps({**card, **card_changes}), "utf-8")
    return folder


def _choose_in_settings(name: str) -> None:
    store = SettingsStore()
    store.change(model=name)
    store.write()


def _missing(home: Path) -> None:
    return


def _damaged_network(home: Path) -> None:
    path = _own_model(home, "mine") / LITERT_FILE
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _truncated_network(home: Path) -> None:
    path = _own_model(home, "mine") / LITERT_FILE
    path.write_bytes(path.read_bytes()[:1000])


def _no_network(home: Path) -> None:
    (_own_model(home, "mine") / LITERT_FILE).unlink()


def _damaged_card(home: Path) -> None:
    (_own_model(home, "mine") / CARD_FILE).write_text('{"format": "digitvision-model", "ver')


def _newer_card(home: Path) -> None:
    _own_model(home, "mine", version=99)


def _other_preprocessing(home: Path) -> None:
    _own_model(home, "mine", preprocessing=99)


_FAULTS = [
    _missing,
    _damaged_network,
    _truncated_network,
    _no_network,
    _damaged_card,
    _newer_card,
    _other_preprocessing,
]


@pytest.mark.slow
@pytest.mark.parametrize("spoil", _FAULTS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_a_chosen_model_that_cannot_be_used_is_replaced_by_the_bundled_one(
    make_window: WindowMaker, settle: Settle, home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home)
    _choose_in_settings("mine")

    window = make_window()

    assert window.model is not None
    assert window.model.bundled
    assert "mine" in window.notice.text
    assert "“classic” answers instead." in window.notice.text
    assert "\n" not in window.notice.text
    write(window.draw_tab.canvas, *sample_drawing(7).strokes)
    settle(window)
    assert window.draw_tab.character.panel.answer_text == "7"


def test_a_damaged_model_that_hides_the_bundled_default_is_ignored(make_window: WindowMaker, home: Path) -> None:
    folder = _own_model(home, "classic")
    (folder / LITERT_FILE).write_bytes(b"no network")

    window = make_window()

    assert window.model is not None
    assert window.model.bundled
    assert "damaged" in window.notice.text


def test_a_model_of_another_preprocessing_says_what_to_do(make_window: WindowMaker, home: Path) -> None:
    _other_preprocessing(home)

    window = make_window(model="mine")

    assert "preprocessing 99" in window.notice.text
    assert "train it again" in window.notice.text


@pytest.mark.slow
def test_a_model_is_chosen_in_the_menu_and_remembered(
    make_window: WindowMaker, settle: Settle, home: Path, qtbot: QtBot
) -> None:
    _own_model(home, "mine")
    window = make_window()
    assert action(window, "classic").isChecked()

    choose(window, "mine")
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "mine", timeout=PATIENCE_MS)

    assert action(window, "mine").isChecked()
    assert "Model: mine" in labels(window)
    write(window.draw_tab.canvas, *sample_drawing(3).strokes)
    settle(window)
    assert window.draw_tab.character.panel.answer_text == "3"
    window.document.start()
    window.close()
    assert make_window().model.name == "mine"  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_model_that_is_looked_at_answers_only_when_it_is_used(
    make_window: WindowMaker, home: Path, qtbot: QtBot
) -> None:
    _own_model(home, "mine", description="Reads my sevens.")
    window = make_window()
    choose(window, "Model")
    tab = window.model_tab
    box = named(window, QComboBox, "Model to look at")
    assert box.currentText() == "classic · in use"
    assert "✓ For characters" in labels(tab)

    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "mine · your own"
    assert "Reads my sevens." in labels(tab)
    assert "✓ For characters" not in labels(tab)
    qtbot.wait(50)
    assert window.settled
    assert window.model is not None
    assert window.model.name == "classic"

    qtbot.mouseClick(button(tab, "Use it"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "mine", timeout=PATIENCE_MS)
    assert box.currentText() == "mine · in use"
    assert "✓ For characters" in labels(tab)


@pytest.mark.slow
def test_a_drawing_on_the_canvas_is_read_again_by_the_new_model(
    make_window: WindowMaker, settle: Settle, home: Path, qtbot: QtBot
) -> None:
    labels_reversed = [{"text": chr(ord("a") + digit), "latex": chr(ord("a") + digit)} for digit in range(10)]
    _own_model(home, "letters", labels=labels_reversed)
    window = make_window()
    write(window.draw_tab.canvas, *sample_drawing(3).strokes)
    settle(window)
    assert window.draw_tab.character.panel.answer_text == "3"

    choose(window, "letters")
    qtbot.waitUntil(lambda: window.draw_tab.character.panel.answer_text == "d", timeout=PATIENCE_MS)


def test_a_refused_model_leaves_the_one_before_at_work(
    make_window: WindowMaker, settle: Settle, home: Path, qtbot: QtBot
) -> None:
    _damaged_network(home)
    window = make_window()

    choose(window, "mine")
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE_MS)
    settle(window)

    assert "“mine” is damaged" in window.notice.text
    assert action(window, "classic").isChecked()
    assert not action(window, "mine").isChecked()
    assert "Model: classic" in labels(window)


def test_without_any_usable_model_the_window_still_opens_and_says_so(
    make_window: WindowMaker, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    monkeypatch.setattr(
        "digitvision.recognition.models.model_store.resource_path", lambda *parts: tmp_path.joinpath(*parts)
    )
    window = make_window(start=False)

    window.start()
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE_MS)

    assert window.model is None
    assert "No model" in labels(window)
    write(window.draw_tab.canvas, *sample_drawing(3).strokes)
    assert window.document.drawing
    assert window.draw_tab.reading is None


def test_the_model_tab_shows_the_card(window: MainWindow) -> None:
    choose(window, "Model")
    model = window.model
    assert model is not None

    shown = rows(named(window, QTreeWidget, "Layers"))
    assert [row[0] for row in shown] == [layer.name for layer in model.card.layers]
    assert shown[-1][2] == "10"
    assert sum(int(row[3].replace(",", "")) for row in shown) == model.card.parameters
    button(window.model_tab, "Data and licences").click()
    text = " ".join(labels(window.model_tab))
    assert f"{model.card.parameters:,} parameters" in text
    assert all(group.name in text for group in grouped_data(model.card.data))
    assert ".npz" not in text
    figures = named(window, QTreeWidget, "Measured")
    assert figures.topLevelItemCount() == len(model.card.figures)
