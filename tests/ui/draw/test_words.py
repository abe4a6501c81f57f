"""A line of words in the window: each word has a box, can be corrected, and is learned."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from digitvision.recognition.text.own_words import OwnWords, own_words_path
from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from digitvision.ui.window.main_window import MainWindow
from tests.recognition.text.printed import printed
from tests.ui.controls import action, named
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.slow

TEXT = "the little tent"


@pytest.fixture
def window(make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    made = make_window(reading="line")
    write(made.draw_tab.canvas, *printed(TEXT, scale=20).strokes)
    qtbot.waitUntil(lambda: made.settled, timeout=4 * PATIENCE_MS)
    assert made.draw_tab.expression.panel.view.text == TEXT
    return made


def _popup(window: MainWindow, word: int, qtbot: QtBot) -> CandidatesPopup:
    corrections = window.draw_tab.expression.corrections
    spot = corrections.boxes.label(word).center().toPoint()
    qtbot.mouseClick(window.draw_tab.canvas, Qt.MouseButton.LeftButton, pos=spot)
    popup = corrections.popup
    assert popup is not None
    assert popup.isVisible()
    return popup


def _type(popup: CandidatesPopup, text: str, qtbot: QtBot) -> None:
    field = named(popup, QLineEdit, "Another symbol")
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_word_is_labelled_in_full_and_has_its_alternatives(window: MainWindow, qtbot: QtBot) -> None:
    boxes = window.draw_tab.expression.corrections.boxes

    assert [boxes.text(index).rstrip("?") for index in range(3)] == TEXT.split()
    for index, word in enumerate(TEXT.split()):
        characters = boxes.characters(index)
        assert len(characters) == len(word)
        assert all(boxes.rectangle(index).contains(box) for box in characters)
        assert [box.left() for box in characters] == sorted(box.left() for box in characters)
    offered = _popup(window, 1, qtbot).offered
    assert offered[0].startswith("little\t")
    assert len(offered) > 1


def test_a_typed_word_is_kept_learned_and_undone(window: MainWindow, qtbot: QtBot) -> None:
    _type(_popup(window, 1, qtbot), "Lintott", qtbot)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    view = window.draw_tab.expression.panel.view
    assert view.text == "the Lintott tent"
    assert OwnWords(own_words_path()).words() == ("Lintott",)

    action(window, "Undo correction").trigger()
    qtbot.waitUntil(lambda: window.settled and view.text == TEXT, timeout=PATIENCE_MS)


def test_another_reading_of_the_line_corrects_the_words_in_which_it_differs(window: MainWindow, qtbot: QtBot) -> None:
    expression = window.draw_tab.expression
    reading = window.draw_tab.reading
    assert reading is not None
    wanted = reading.candidates[1].text

    expression.panel.candidate_chosen.emit(1)
    qtbot.waitUntil(lambda: window.settled and expression.panel.view.text == wanted, timeout=PATIENCE_MS)

    assert window.document.corrections
    assert expression.panel.value is None


def test_what_was_said_of_a_word_is_not_the_equations(window: MainWindow, qtbot: QtBot) -> None:
    _type(_popup(window, 1, qtbot), "brittle", qtbot)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    action(window, "Equation").trigger()
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=4 * PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.mode == "equation"
    assert window.draw_tab.expression.corrections.trust_in(reading) != "chosen"
    boxes = window.draw_tab.expression.corrections.boxes
    assert not any(boxes.is_pinned(index) for index in range(len(reading.glyphs)))

    action(window, "Line").trigger()
    view = window.draw_tab.expression.panel.view
    qtbot.waitUntil(lambda: window.settled and view.text == "the brittle tent", timeout=4 * PATIENCE_MS)
