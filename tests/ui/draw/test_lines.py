"""The canvas read as a line: the same window, with words as text."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Sample
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.settings import SettingsStore
from digitvision.ui.theme import Appearance
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import row as text_row
from tests.ui.controls import action, choose, named
from tests.ui.expressions import KnownReader, row
from tests.ui.hand import tap, write
from tests.ui.pictures import picture_of
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _lines(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have lines read as these symbols."""
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
    assert [window.draw_tab.expression.corrections.boxes.text(index) for index in range(3)] == list(script)


def test_an_empty_canvas_promises_a_line_and_no_formula(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lines(monkeypatch, "1")
    window = make_window(reading="line")

    assert window.draw_tab.expression.panel.message_text == "Write on the canvas: the line appears here."


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_number_is_read_by_the_real_models(make_window: WindowMaker, qtbot: QtBot) -> None:
    if READINGS["line"].problem(ModelStore()):
        pytest.skip("no model for lines is installed")
    window = make_window(reading="line", alphabet="digits")
    for index, digit in enumerate((4, 0, 7)):
        left = 150.0 + 200.0 * index
        write(window.draw_tab.canvas, *sample_drawing(digit).fit_into(Bounds(left, 350, left + 140, 600)).strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == "407"


@pytest.mark.slow
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
    shown = canvas.picture_rectangle
    assert shown is not None
    rectangles = [boxes.rectangle(number) for number in range(3)]
    assert [boxes.text(number)[0] for number in range(3)] == list("407")
    assert all(QRectF(shown).contains(rectangle) for rectangle in rectangles)
    assert rectangles[0].right() < rectangles[2].left()
    # The picture's writing fills half of its height: so do the boxes.
    assert 0.4 < rectangles[1].height() / shown.height() < 0.8
    with_boxes = picture_of(canvas)
    boxes.set_visible(False)
    assert not np.array_equal(picture_of(canvas), with_boxes)


@pytest.fixture
def number(make_window: WindowMaker, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """A window with a picture of 407 in it."""
    window = make_window(reading="line", alphabet="digits")
    path = tmp_path / "number.png"
    picture(text_row("407"), height=120, pen=8).save(path)
    window.files.open(path)
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=PATIENCE_MS)
    return window


def _press_on(window: MainWindow, index: int) -> None:
    """Click in the middle of a glyph's box."""
    canvas = window.draw_tab.canvas
    tap(canvas, canvas.to_drawing(window.draw_tab.expression.corrections.boxes.rectangle(index).center()))


def _text(window: MainWindow, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.settled and window.draw_tab.reading is not None, timeout=PATIENCE_MS)
    assert window.draw_tab.reading is not None
    return window.draw_tab.reading.text


def test_a_click_on_a_pictures_glyph_offers_candidates_and_the_choice_is_undone(
    number: MainWindow, qtbot: QtBot
) -> None:
    corrections = number.draw_tab.expression.corrections
    _press_on(number, 2)
    popup = corrections.popup
    assert popup is not None
    assert popup.isVisible()
    assert popup.offered[0].startswith("7\t")
    assert number.document.picture is not None, "no dot was written in the picture's place"
    entries = named(popup, QListWidget, "Candidates")
    second = entries.item(1).text().split("\t")[0]

    qtbot.mouseClick(
        entries.viewport(), Qt.MouseButton.LeftButton, pos=entries.visualItemRect(entries.item(1)).center()
    )

    assert _text(number, qtbot) == f"40{second}"
    assert number.draw_tab.expression.panel.view.text == f"40{second}"
    assert corrections.boxes.text(2) == second
    assert [corrections.boxes.is_pinned(index) for index in range(3)] == [False, False, True]
    assert number.document.picture is not None
    qtbot.keyClick(number, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _text(number, qtbot) == "407"
    assert not corrections.boxes.is_pinned(2)
    qtbot.keyClick(number, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert _text(number, qtbot) == f"40{second}"
    choose(number, "Forget corrections")
    assert _text(number, qtbot) == "407"


def test_another_reading_of_a_picture_is_chosen_and_then_corrected(number: MainWindow, qtbot: QtBot) -> None:
    before = number.draw_tab.reading
    assert before is not None
    other = before.candidates[1].text

    qtbot.mouseClick(number.draw_tab.expression.panel.candidates.buttons[0], Qt.MouseButton.LeftButton)

    assert _text(number, qtbot) == other
    after = number.draw_tab.reading
    assert after is not None
    assert "407" not in [one.text for one in after.candidates], "it was seen and not wanted"
    assert len(after.glyphs) == len(after.trees[0].symbols)
    _press_on(number, 0)
    popup = number.draw_tab.expression.corrections.popup
    assert popup is not None
    field = named(popup, QLineEdit, "Another symbol")
    qtbot.keyClicks(field, "8")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert _text(number, qtbot) == "8" + other[1:]
    for expected in (other, "407"):
        qtbot.keyClick(number, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert _text(number, qtbot) == expected


def test_a_picture_is_visible_while_a_glyph_of_it_is_pressed_and_goes_with_the_first_stroke(
    number: MainWindow, qtbot: QtBot
) -> None:
    canvas, boxes = number.draw_tab.canvas, number.draw_tab.expression.corrections.boxes
    boxes.set_visible(False)
    spot, away = (
        canvas.to_drawing(boxes.rectangle(1).center() + offset) for offset in (QPointF(0, 0), QPointF(60, 40))
    )
    shown = picture_of(canvas)
    player = PointerPlayer(canvas)

    player.send("press", Sample(*spot))
    assert np.array_equal(picture_of(canvas), shown)
    player.send("move", Sample(*away))
    assert not np.array_equal(picture_of(canvas), shown)
    player.send("release", Sample(*away))

    assert number.document.picture is None
    assert len(number.document.drawing.strokes) == 1


def test_the_reading_before_does_not_stand_beside_a_picture_that_is_still_read(
    number: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "another.png"
    picture(text_row("52"), height=120, pen=8).save(path)
    panel, boxes = number.draw_tab.expression.panel, number.draw_tab.expression.corrections.boxes
    seen: list[tuple[bool, str, int]] = []
    number.draw_tab.reading_changed.connect(
        lambda reading: seen.append((reading is not None, panel.message_text, len(boxes.glyphs)))
    )

    number.files.open(path)
    qtbot.waitUntil(lambda: len(seen) > 1, timeout=PATIENCE_MS)

    assert seen[0] == (False, "Reading another.png …", 0)
    assert _text(number, qtbot) == "52"
    # A correction changes the reading in place, without a blank in between.
    _press_on(number, 0)
    popup = number.draw_tab.expression.corrections.popup
    assert popup is not None
    qtbot.keyClick(named(popup, QListWidget, "Candidates"), Qt.Key.Key_Down)
    qtbot.keyClick(named(popup, QListWidget, "Candidates"), Qt.Key.Key_Return)
    assert _text(number, qtbot) != "52"
    assert all(there for there, _, _ in seen[1:])


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_boxes_on_a_picture_have_colours_that_are_visible_on_it(
    number: MainWindow, qtbot: QtBot, appearance: Appearance
) -> None:
    number.set_appearance(appearance)
    canvas, boxes = number.draw_tab.canvas, number.draw_tab.expression.corrections.boxes
    edge = boxes.rectangle(1)
    with_boxes = picture_of(canvas)[:, round(edge.left()) - 1 : round(edge.left()) + 1]
    sides = with_boxes[round(edge.top()) + 10 : round(edge.bottom()) - 10].mean(axis=2)

    # The picture's paper is white in either scheme.
    assert sides.min() < 150
