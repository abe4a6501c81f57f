"""Alphabets in the window: offered as there are models, chosen in sight or in the menu, remembered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.models.model_store import LITERT_FILE
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.recognition.one_class_models import ODD, digits_card, save_model
from tests.ui.controls import action, choose, menu_actions, named, plain
from tests.ui.hand import write
from tests.ui.pictures import picture_of
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")

Settle = Callable[[MainWindow], None]


def _offered(window: MainWindow) -> list[str]:
    box = named(window, QComboBox, "Alphabet")
    return [box.itemText(row) for row in range(box.count())]


def _assert_soon(window: MainWindow, qtbot: QtBot, model: str, alphabet: str) -> None:
    """This model answers within this alphabet as soon as the window is done."""

    def there() -> None:
        assert window.settled
        assert window.model is not None
        assert (window.model.name, window.alphabet) == (model, alphabet)

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def test_only_alphabets_that_a_model_answers_are_offered(window: MainWindow) -> None:
    assert _offered(window) == ["Digits"]
    assert action(window, "Digits").isChecked()
    texts = [plain(one.text()) for one in menu_actions(window)]
    assert "Capitals" not in texts


def test_a_model_for_another_alphabet_has_it_offered(make_window: WindowMaker) -> None:
    save_model("odd", ODD)

    window = make_window()

    assert _offered(window) == ["Digits", "Small letters"]
    assert window.alphabet == "digits"
    assert not action(window, "Small letters").isChecked()


def test_a_model_of_another_preprocessing_has_nothing_offered(make_window: WindowMaker, home: Path) -> None:
    save_model("odd", ODD)
    path = home / "models" / "odd" / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "preprocessing": 99}), "utf-8")

    assert _offered(make_window()) == ["Digits"]


@pytest.mark.slow
def test_an_alphabet_is_chosen_in_sight_and_the_drawing_is_read_again(
    make_window: WindowMaker, settle: Settle, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    window = make_window()
    write(window.draw_tab.canvas, *sample_drawing(3).strokes)
    settle(window)
    assert len(window.draw_tab.character.panel.chart.values) == 10
    box = named(window, QComboBox, "Alphabet")

    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    _assert_soon(window, qtbot, "odd", "lower")

    reading = window.draw_tab.reading
    assert reading is not None
    assert {candidate.text for candidate in reading.candidates} == set("13579")
    assert window.draw_tab.character.panel.answer_text == "3"
    assert len(window.draw_tab.character.panel.chart.values) == 5
    assert action(window, "Small letters").isChecked()
    assert not action(window, "Digits").isChecked()


@pytest.mark.slow
def test_an_alphabet_is_chosen_in_the_menu_and_by_its_key_and_remembered(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    window = make_window()

    choose(window, "Small letters")
    _assert_soon(window, qtbot, "odd", "lower")
    assert named(window, QComboBox, "Alphabet").currentText() == "Small letters"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    _assert_soon(window, qtbot, "classic", "digits")
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    _assert_soon(window, qtbot, "odd", "lower")
    window.close()

    again = make_window()
    assert (again.alphabet, again.model.name) == ("lower", "odd")  # type: ignore[union-attr]
    assert named(again, QComboBox, "Alphabet").currentText() == "Small letters"


def test_a_chosen_model_stays_where_it_answers_the_alphabet_too(make_window: WindowMaker, qtbot: QtBot) -> None:
    save_model("odd", ODD)
    save_model("zoo", digits_card(), ODD)
    window = make_window()
    choose(window, "zoo")
    _assert_soon(window, qtbot, "zoo", "digits")

    choose(window, "Small letters")
    _assert_soon(window, qtbot, "zoo", "lower")

    choose(window, "odd")
    _assert_soon(window, qtbot, "odd", "lower")
    choose(window, "Digits")
    _assert_soon(window, qtbot, "classic", "digits")


def test_a_default_gives_way_to_the_default_of_the_next_alphabet(
    make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_model("aaa", ODD)
    save_model("glyphs", ODD, digits_card())
    defaults = {"digits": "classic", "lower": "glyphs"}
    monkeypatch.setattr("digitvision.recognition.models.model_store.DEFAULT_MODELS", defaults)
    window = make_window()

    choose(window, "Small letters")
    _assert_soon(window, qtbot, "glyphs", "lower")
    choose(window, "Digits")
    _assert_soon(window, qtbot, "classic", "digits")


def test_a_model_that_does_not_know_the_alphabet_brings_its_own(make_window: WindowMaker, qtbot: QtBot) -> None:
    save_model("odd", AlphabetCard("odd ones", (1, 3, 5, 7, 9)), ODD)
    window = make_window()

    choose(window, "odd")
    _assert_soon(window, qtbot, "odd", "odd ones")

    assert _offered(window) == ["Digits", "Small letters", "odd ones"]
    assert action(window, "odd ones").isChecked()
    window.close()
    assert make_window().alphabet == "odd ones"


def test_the_last_of_several_choices_counts(make_window: WindowMaker, qtbot: QtBot) -> None:
    save_model("odd", ODD)
    window = make_window()

    for name in ("Small letters", "Digits", "Small letters", "Digits"):
        choose(window, name)
    _assert_soon(window, qtbot, "classic", "digits")

    assert named(window, QComboBox, "Alphabet").currentText() == "Digits"
    assert action(window, "Digits").isChecked()


def test_an_alphabet_whose_model_is_damaged_is_reported_and_leaves_the_one_before(
    make_window: WindowMaker, home: Path, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    window = make_window()
    (home / "models" / "odd" / LITERT_FILE).write_bytes(b"no network")

    choose(window, "Small letters")
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE_MS)
    _assert_soon(window, qtbot, "classic", "digits")

    assert "“odd” is damaged" in window.notice.text
    assert named(window, QComboBox, "Alphabet").currentText() == "Digits"
    assert action(window, "Digits").isChecked()
    window.close()
    again = make_window()
    assert again.notice.text == ""
    assert again.alphabet == "digits"


def test_a_chosen_model_stays_and_is_remembered_when_another_is_refused(
    make_window: WindowMaker, home: Path, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    save_model("zoo", digits_card(), ODD)
    (home / "models" / "odd" / LITERT_FILE).write_bytes(b"no network")
    window = make_window()
    choose(window, "zoo")
    _assert_soon(window, qtbot, "zoo", "digits")

    choose(window, "odd")
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE_MS)
    choose(window, "Small letters")
    _assert_soon(window, qtbot, "zoo", "lower")

    window.close()
    assert SettingsStore().values.model == "zoo"


def test_a_remembered_alphabet_that_nothing_answers_any_more_is_replaced(make_window: WindowMaker) -> None:
    store = SettingsStore()
    store.change(alphabet="math")
    store.write()

    window = make_window()

    assert window.alphabet == "digits"
    assert "No installed model answers within math" in window.notice.text
    assert "“classic” answers instead." in window.notice.text


@pytest.mark.parametrize(
    ("remembered", "asked", "answering"),
    [
        ("", {"alphabet": "lower"}, ("odd", "lower")),
        ("classic", {"alphabet": "lower"}, ("odd", "lower")),
        ("zoo", {"alphabet": "lower"}, ("zoo", "lower")),
        ("gone", {"alphabet": "lower"}, ("odd", "lower")),
        ("", {"model": "zoo", "alphabet": "lower"}, ("zoo", "lower")),
        ("", {"model": "odd"}, ("odd", "lower")),
        ("odd", {}, ("odd", "lower")),
    ],
)
def test_what_the_command_line_asks_for_is_not_remembered(
    make_window: WindowMaker, remembered: str, asked: dict[str, str], answering: tuple[str, str]
) -> None:
    save_model("odd", ODD)
    save_model("zoo", digits_card(), ODD)
    store = SettingsStore()
    store.change(model=remembered)
    store.write()

    window = make_window(**asked)

    assert window.model is not None
    assert (window.model.name, window.alphabet) == answering
    assert window.notice.text == ""
    window.close()
    assert SettingsStore().values.alphabet == ""
    assert SettingsStore().values.model == remembered


def test_a_damaged_first_model_is_replaced_by_the_default_of_its_alphabet(
    make_window: WindowMaker, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = {"digits": "classic", "lower": "classic"}
    monkeypatch.setattr("digitvision.recognition.models.model_store.DEFAULT_MODELS", defaults)
    save_model("odd", ODD)
    (home / "models" / "odd" / LITERT_FILE).write_bytes(b"no network")

    window = make_window(model="odd", alphabet="lower")

    # The shipped model of this version knows digits only, though it is named for more.
    assert window.model is not None
    assert window.model.bundled
    assert window.alphabet == "digits"
    assert "“odd” is damaged" in window.notice.text


def test_the_chooser_belongs_to_the_draw_tab(window: MainWindow) -> None:
    box = named(window, QComboBox, "Alphabet")
    assert box.isVisible()
    choose(window, "Train")
    assert not box.isVisible()
    choose(window, "Draw")
    assert box.isVisible()


def test_a_click_on_the_chooser_leaves_the_keys_with_the_canvas(window: MainWindow) -> None:
    box = named(window, QComboBox, "Alphabet")

    assert not box.focusPolicy().value & Qt.FocusPolicy.ClickFocus.value
    assert box.focusPolicy().value & Qt.FocusPolicy.TabFocus.value


def test_the_empty_canvas_asks_for_a_symbol_of_the_alphabet(make_window: WindowMaker, qtbot: QtBot) -> None:
    save_model("odd", ODD)
    window = make_window()
    before = picture_of(window.draw_tab.canvas)

    choose(window, "Small letters")
    _assert_soon(window, qtbot, "odd", "lower")

    assert window.draw_tab.canvas.hint == "Write a small letter"
    assert (picture_of(window.draw_tab.canvas) != before).any()
