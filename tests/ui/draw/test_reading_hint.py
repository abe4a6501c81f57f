"""The hint at another reading: when it comes, what it does, and that it does not disturb."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Drawing, Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.reading.reading_hint import PATIENCE_MS, ReadingHint
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import line, sample_drawing
from tests.recognition.line.rows import moved, row
from tests.ui.controls import action, button
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.draw.page_window import KnownPage
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS as LONG_MS
from tests.ui.windows import SHORT_PATIENCE_MS, WindowMaker

Settle = Callable[[MainWindow], None]

_WHOLE = Bounds(150, 300, 850, 700)

pytestmark = pytest.mark.usefixtures("impatient_hints")


def _fraction() -> Drawing:
    """21 over 40."""
    below = moved(row("40"), scale=1, dx=0, dy=145)
    return Drawing((*row("21").strokes, line((-20, 120), (180, 122)), *below.strokes))


def test_a_second_stroke_has_time_to_come() -> None:
    assert PATIENCE_MS >= 500


def _after_a_pause(hint: ReadingHint, qtbot: QtBot) -> str:
    qtbot.wait(SHORT_PATIENCE_MS + 100)
    return hint.name


@pytest.mark.slow
def test_several_digits_give_a_hint_at_the_line(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, *row("407").fit_into(_WHOLE).strokes)
    settle(window)
    hint = window.draw_tab.character.panel.hint
    assert hint.name == "", "nobody is spoken to in the middle of writing"
    qtbot.waitUntil(lambda: hint.name == "line", timeout=LONG_MS)

    qtbot.mouseClick(button(window, "Read as a line"), Qt.MouseButton.LeftButton)
    settle(window)

    assert action(window, "Line").isChecked()
    assert window.draw_tab.reading is not None
    assert window.draw_tab.reading.text == "407"
    assert hint.name == window.draw_tab.expression.panel.hint.name == ""


@pytest.mark.slow
@pytest.mark.parametrize("digit", [4, 5, 7])
def test_one_digit_of_several_strokes_gives_no_hint(
    window: MainWindow, settle: Settle, qtbot: QtBot, digit: int
) -> None:
    write(window.draw_tab.canvas, *sample_drawing(digit).strokes)
    settle(window)

    assert _after_a_pause(window.draw_tab.character.panel.hint, qtbot) == ""


@pytest.mark.slow
def test_a_fraction_in_a_line_gives_a_hint_at_the_equation(
    make_window: WindowMaker, settle: Settle, qtbot: QtBot
) -> None:
    window = make_window(reading="line")
    write(window.draw_tab.canvas, *_fraction().fit_into(_WHOLE).strokes)
    settle(window)
    hint = window.draw_tab.expression.panel.hint
    qtbot.waitUntil(lambda: hint.name == "equation", timeout=LONG_MS)

    qtbot.mouseClick(button(window, "Read as an equation"), Qt.MouseButton.LeftButton)
    settle(window)

    assert window.draw_tab.reading is not None
    assert window.draw_tab.reading.latex == r"\frac{2 1}{4 0}"
    assert _after_a_pause(hint, qtbot) == ""


@pytest.mark.slow
def test_a_second_row_in_an_equation_gives_a_hint_at_the_page(
    equations: EquationMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READINGS, "page", KnownPage().kind())
    equation = equations()
    known = equation.reader.read
    monkeypatch.setattr(equation.reader, "read", lambda *given: replace(known(*given), suggested_mode="page"))
    equation.write(4)
    hint = equation.answer.hint
    qtbot.waitUntil(lambda: hint.name == "page", timeout=LONG_MS)

    qtbot.mouseClick(button(equation.window, "Read as a page"), Qt.MouseButton.LeftButton)
    equation.settle()

    assert action(equation.window, "Page").isChecked()
    assert equation.window.draw_tab.reading is not None
    assert equation.window.draw_tab.reading.mode == "page"
    assert _after_a_pause(equation.window.draw_tab.page.hint, qtbot) == ""


@pytest.mark.slow
def test_a_number_in_a_line_gives_no_hint(make_window: WindowMaker, settle: Settle, qtbot: QtBot) -> None:
    window = make_window(reading="line")
    write(window.draw_tab.canvas, *row("407").fit_into(_WHOLE).strokes)
    settle(window)

    assert _after_a_pause(window.draw_tab.expression.panel.hint, qtbot) == ""


@pytest.mark.slow
def test_the_hint_goes_with_what_it_is_about(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, *row("407").fit_into(_WHOLE).strokes)
    settle(window)
    hint = window.draw_tab.character.panel.hint
    qtbot.waitUntil(lambda: hint.name == "line", timeout=LONG_MS)

    window.document.clear()

    assert hint.name == ""
    assert _after_a_pause(hint, qtbot) == ""


@pytest.mark.slow
def test_the_pause_begins_anew_with_each_stroke(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    canvas, hint = window.draw_tab.canvas, window.draw_tab.character.panel.hint
    write(canvas, *row("40").fit_into(_WHOLE).strokes)
    settle(window)
    player = PointerPlayer(canvas)
    player.send("press", Sample(900, 300))
    for step in range(SHORT_PATIENCE_MS // 50 + 4):
        player.send("move", Sample(900, 320 + 30.0 * step))
        qtbot.wait(50)
        assert hint.name == ""
    player.send("release", Sample(900, 700))

    qtbot.waitUntil(lambda: hint.name == "line", timeout=LONG_MS)


@pytest.mark.slow
@pytest.mark.parametrize("drawing", [row("3+8="), _fraction()], ids=["sum", "fraction"])
def test_an_equation_read_as_a_character_gives_a_hint_at_the_equation(
    window: MainWindow, settle: Settle, qtbot: QtBot, drawing: Drawing
) -> None:
    write(window.draw_tab.canvas, *drawing.fit_into(_WHOLE).strokes)
    settle(window)
    hint = window.draw_tab.character.panel.hint

    qtbot.waitUntil(lambda: hint.name == "equation", timeout=LONG_MS)


@pytest.mark.slow
def test_the_hint_follows_what_the_ink_becomes(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    strokes = row("3+8=").fit_into(_WHOLE).strokes
    hint = window.draw_tab.character.panel.hint
    write(window.draw_tab.canvas, *strokes)
    settle(window)
    qtbot.waitUntil(lambda: hint.name == "equation", timeout=LONG_MS)

    for _ in strokes[1:]:
        window.document.undo_stack.undo()
    settle(window)

    assert hint.name == ""
    assert _after_a_pause(hint, qtbot) == ""


@pytest.mark.slow
def test_no_hint_at_a_reading_that_cannot_be_had(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    window.draw_tab.offer_readings({"character", "equation"})
    write(window.draw_tab.canvas, *row("407").fit_into(_WHOLE).strokes)
    settle(window)

    assert _after_a_pause(window.draw_tab.character.panel.hint, qtbot) == ""


def test_what_cannot_be_read_here_is_offered_elsewhere_at_once(qtbot: QtBot) -> None:
    hint = ReadingHint()
    qtbot.addWidget(hint)
    wanted = list[str]()
    hint.wanted.connect(wanted.append)

    hint.offer(["character", "line"])

    assert hint.names == ("character", "line")
    assert hint.name == ""
    qtbot.mouseClick(button(hint, "Read as a character"), Qt.MouseButton.LeftButton)
    assert wanted == ["character"]
    hint.suggest("")
    assert hint.isHidden()


@pytest.mark.slow
def test_a_doubt_that_is_over_shows_nothing(qtbot: QtBot) -> None:
    hint = ReadingHint()
    qtbot.addWidget(hint)
    doubts = list[bool]()
    hint.doubted.connect(lambda: doubts.append(True))

    hint.doubt()
    hint.suggest("")
    qtbot.wait(SHORT_PATIENCE_MS + 50)
    assert (doubts, hint.isHidden()) == ([], True)

    hint.doubt()
    qtbot.waitUntil(lambda: doubts == [True], timeout=LONG_MS)
    assert hint.isHidden()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "tip", "question"),
    [
        ("line", "Read as a line", "Read the canvas as a number or a word (F7)", "Several symbols?"),
        (
            "page",
            "Read as a page",
            "Read the canvas row by row: equations, numbers and words (F9)",
            "Several rows?",
        ),
    ],
)
def test_the_hint_says_what_it_does(qtbot: QtBot, name: str, text: str, tip: str, question: str) -> None:
    hint = ReadingHint()
    qtbot.addWidget(hint)
    with qtbot.waitSignal(hint.shown_changed, timeout=LONG_MS):
        hint.suggest(name)

    (reads,) = hint.findChildren(QPushButton)
    assert reads.text() == text
    assert reads.toolTip() == tip
    assert reads.accessibleDescription() == question
    assert reads.focusPolicy() == Qt.FocusPolicy.TabFocus
