"""The canvas read as a line: the same window, with words as text."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.modelstore import ModelStore
from digitvision.ui.readings import READINGS
from digitvision.ui.settings import SettingsStore
from tests.ink.drawings import sample_drawing
from tests.recognition.line.linepictures import picture
from tests.recognition.line.rows import row as text_row
from tests.ui.conftest import PATIENCE_MS, WindowMaker
from tests.ui.controls import action, named
from tests.ui.expressions import KnownReader, row
from tests.ui.hand import write
from tests.ui.pictures import picture_of


def _lines(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Lines are read as these signs."""
    reader, kind = KnownReader(script, mode="line"), READINGS["line"]
    known = reader.kind()
    made = type(kind)("line", kind.key, words=kind.words, model_of=known.model_of, load=known.load)
    monkeypatch.setitem(READINGS, "line", made)


@pytest.mark.parametrize(("script", "typeset"), [("407", True), ("yxy", False)])
def test_numbers_are_typeset_and_words_are_text(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, script: str, typeset: bool
) -> None:
    _lines(monkeypatch, script)
    window = make_window(reading="line")
    write(window.draw_tab.canvas, *row(3))
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    view = window.draw_tab.expression.panel.view
    assert view.text == script
    assert (view.formula is not None) == typeset
    assert [window.draw_tab.expression.corrections.boxes.text(place) for place in range(3)] == list(script)


def test_the_alphabet_is_offered_for_lines(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _lines(monkeypatch, "1")
    window = make_window(reading="line")

    assert action(window, "Digits").isEnabled()
    assert window.draw_tab.canvas.hint == "Write a number or a word"


def test_another_alphabet_reads_the_line_again(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[str] = []
    reader = KnownReader("1", mode="line", alphabets=asked)
    known, kind = reader.kind(), READINGS["line"]
    made = type(kind)("line", kind.key, words=kind.words, model_of=known.model_of, load=known.load)
    monkeypatch.setitem(READINGS, "line", made)
    window = make_window(reading="line")
    write(window.draw_tab.canvas, *row(1))
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    window.use_alphabet("upper")
    qtbot.waitUntil(lambda: window.settled and asked[-1] == "upper", timeout=PATIENCE_MS)

    # Numbers, arithmetic and words are all written in lines: nothing is shut out that nobody has shut out.
    assert asked[0] == "all"


def test_lines_keep_an_alphabet_of_their_own(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[str] = []
    reader = KnownReader("1", mode="line", alphabets=asked)
    known, kind = reader.kind(), READINGS["line"]
    made = type(kind)("line", kind.key, words=kind.words, model_of=known.model_of, load=known.load)
    monkeypatch.setitem(READINGS, "line", made)
    window = make_window()
    box = named(window, QComboBox, "Alphabet")
    assert box.currentText() == "Digits"

    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
    assert box.currentText() == "Everything"
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    write(window.draw_tab.canvas, *row(1))
    qtbot.waitUntil(lambda: window.settled and bool(asked), timeout=PATIENCE_MS)
    assert asked == ["lower"]
    assert (box.currentText(), action(window, "Small letters").isChecked()) == ("Small letters", True)

    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
    assert (box.currentText(), window.alphabet) == ("Digits", "digits")
    assert window.model is not None
    assert window.model.name == "digits"
    qtbot.keyClick(window, Qt.Key.Key_F7)
    window.document.start()
    window.close()

    again = make_window()
    assert (again.readings.reading, again.alphabet) == ("line", "lower")
    assert SettingsStore().values.alphabet == ""


def test_an_alphabet_that_the_command_line_asks_for_is_for_this_window_only(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lines(monkeypatch, "1")
    window = make_window(reading="line", alphabet="letters")
    assert window.alphabet == "letters"
    window.close()

    assert make_window(reading="line").alphabet == "all"


def test_a_number_is_read_by_the_real_models(make_window: WindowMaker, qtbot: QtBot) -> None:
    if READINGS["line"].problem(ModelStore()):
        pytest.skip("no model for lines is installed")
    window = make_window(reading="line", alphabet="digits")
    for place, digit in enumerate((4, 0, 7)):
        left = 150.0 + 200.0 * place
        write(window.draw_tab.canvas, *sample_drawing(digit).fitted(Bounds(left, 350, left + 140, 600)).strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == "407"


def test_a_picture_is_read_with_boxes_over_it(make_window: WindowMaker, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(reading="line", alphabet="digits")
    path = tmp_path / "number.png"
    picture(text_row("407"), height=120, pen=8).save(path)
    window.files.open(path)
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == "407"
    boxes, canvas = window.draw_tab.expression.corrections.boxes, window.draw_tab.canvas
    place = canvas.picture_place
    assert place is not None
    rectangles = [boxes.rectangle(number) for number in range(3)]
    assert [boxes.text(number)[0] for number in range(3)] == list("407")
    assert all(QRectF(place).contains(rectangle) for rectangle in rectangles)
    assert rectangles[0].right() < rectangles[2].left()
    # The picture's writing fills half of its height: so do the boxes.
    assert 0.4 < rectangles[1].height() / place.height() < 0.8
    with_boxes = picture_of(canvas)
    boxes.set_visible(False)
    assert not np.array_equal(picture_of(canvas), with_boxes)


def test_nothing_said_of_a_pictures_glyphs_is_taken_for_a_correction(
    make_window: WindowMaker, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window(reading="line", alphabet="digits")
    path = tmp_path / "number.png"
    picture(text_row("407")).save(path)
    window.files.open(path)
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=PATIENCE_MS)
    corrections, before = window.draw_tab.expression.corrections, window.document.undo_stack.count()

    corrections.ask(0, QRect(0, 0, 9, 9))
    corrections.prefer(1)

    assert corrections.popup is None
    assert window.document.undo_stack.count() == before
