"""New drawings are read as a page, which the window does not wait for, and which answers one glyph as a character."""

from dataclasses import replace
from typing import Never

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Stroke
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.prediction import Reading
from digitvision.ui.automation.page_bench import composed_row
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.draw import page_answer
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window import window_readings
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action
from tests.ui.draw.page_window import PageMaker, strokes_of_row
from tests.ui.hand import stroke, write
from tests.ui.windows import PATIENCE_MS, WindowMaker

ONE = stroke(*((500.0, 200.0 + 10 * number) for number in range(60)))
"""A digit of one stroke."""


@pytest.fixture(autouse=True)
def usual_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """New windows read pages, as they do for whoever starts the program for the first time."""
    monkeypatch.setattr(window_readings, "DEFAULT_READING", "page")


def loaded(window: MainWindow) -> str:
    """Return the kind of reading whose reader answers now."""
    return window.draw_tab.kind.name


def test_the_window_opens_for_a_page_without_loading_its_reader(pages: PageMaker) -> None:
    window = pages(asked_for="").window

    assert window.readings.reading == "page"
    assert action(window, "Page").isChecked()
    assert loaded(window) == "character"
    assert window.draw_tab.canvas.hint == "Write a digit, an equation, or line under line"
    assert window.document.settings.reading == "page", "so a file says it"


def test_a_digit_has_its_bars_while_the_pen_is_down_and_after(pages: PageMaker, qtbot: QtBot) -> None:
    page = pages(asked_for="")
    window, panel = page.window, page.window.draw_tab.character.panel
    for written in (1, 2):
        player = PointerPlayer(window.draw_tab.canvas, "pen")
        with qtbot.waitSignal(window.draw_tab.reading_changed, timeout=PATIENCE_MS) as live:
            player.send("press", ONE.samples[0])
            for sample in ONE.samples[1:-1]:
                player.send("move", sample)
        assert isinstance(live.args[0], Reading)
        assert live.args[0].mode == "character"
        player.send("release", ONE.samples[-1])
        page.settle()
        qtbot.waitUntil(lambda: loaded(window) == "page", timeout=PATIENCE_MS)
        page.settle()

        assert panel.isVisible(), f"drawing {written}"
        assert not page.answer.panel.isVisible()
        reading = window.draw_tab.reading
        assert reading is not None
        assert (reading.mode, reading.text) == ("character", "1")
        window.document.clear()
        page.settle()
    assert panel.isVisible()


def test_the_answer_stays_while_the_page_is_made_ready(pages: PageMaker, qtbot: QtBot) -> None:
    page = pages(asked_for="")
    window = page.window
    shown: list[Reading | None] = []
    window.draw_tab.reading_changed.connect(shown.append)

    write(window.draw_tab.canvas, ONE)
    qtbot.waitUntil(lambda: loaded(window) == "page" and window.settled, timeout=PATIENCE_MS)

    assert None not in shown
    assert action(window, "Page").isChecked()
    assert window.readings.reading == "page"


@pytest.mark.slow
def test_a_second_glyph_makes_it_rows(pages: PageMaker) -> None:
    page = pages(asked_for="")

    page.write(0)

    assert page.texts == ["1+2= 3"]
    assert not page.window.draw_tab.character.panel.isVisible()


@pytest.mark.slow
def test_what_may_become_a_character_is_a_row_only_when_no_stroke_follows(
    pages: PageMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for a busy machine.
    monkeypatch.setattr(page_answer, "TURNING_MS", 1000)
    page = pages(asked_for="", scripts=("x",))
    window = page.window
    page.write(0, 1)
    qtbot.waitUntil(lambda: loaded(window) == "page", timeout=PATIENCE_MS)
    page.settle()
    window.document.clear()
    page.settle()
    # A zigzag is no digit, so that the page's answer counts.
    zigzag = stroke(*((200.0 + 60 * (number % 2) + 9 * number, 300.0 + 3 * number) for number in range(30)))

    player = PointerPlayer(window.draw_tab.canvas, "pen")
    player.send("press", zigzag.samples[0])
    for sample in zigzag.samples[1:-1]:
        player.send("move", sample)
    qtbot.waitUntil(lambda: window.draw_tab.reading is not None, timeout=PATIENCE_MS)
    player.send("release", zigzag.samples[-1])
    qtbot.waitUntil(lambda: (window.draw_tab.reading or Reading("")).mode == "page", timeout=PATIENCE_MS)

    assert window.draw_tab.character.panel.isVisible(), "a stroke may follow"
    page.settle()
    assert page.answer.panel.isVisible()
    assert [item.text for item in page.answer.panel.rows.items] == ["x"]
    assert page.answer.items[0].formula is not None, "typeset while it waited"


def test_a_drawing_that_is_opened_is_read_as_a_page_at_once(pages: PageMaker) -> None:
    page = pages(asked_for="")

    page.put(4, 4)

    assert page.texts == ["1+2= 3", "3+4= 7"]
    assert page.window.draw_tab.reading is not None


def test_a_drawing_that_was_read_otherwise_is_read_so_again(pages: PageMaker) -> None:
    page = pages(asked_for="")
    drawing, settings = page.window.document.drawing, page.window.document.settings
    drawing = replace(drawing, strokes=tuple(strokes_of_row(0, 1)))

    page.window.document.open(drawing, None, native=True, settings=replace(settings, reading="character"))
    page.settle()

    assert page.window.readings.reading == "character"
    assert loaded(page.window) == "character"
    assert page.reader.calls == 0


def test_whoever_chooses_another_kind_keeps_it(pages: PageMaker, make_window: WindowMaker) -> None:
    window = pages(asked_for="").window

    action(window, "Character").trigger()

    assert (window.readings.reading, loaded(window)) == ("character", "character")
    window.close()
    assert make_window().readings.reading == "character"


def test_what_is_not_chosen_is_not_kept(pages: PageMaker) -> None:
    page = pages(asked_for="")

    page.write(0)
    page.window.document.start()
    page.window.close()

    assert page.window.readings.reading == "page"
    assert not SettingsStore().values.reading


def test_an_alphabet_or_a_model_on_the_command_line_means_characters(make_window: WindowMaker) -> None:
    assert make_window(alphabet="upper").readings.reading == "character"
    assert make_window(model="digits").readings.reading == "character"


def test_where_no_page_can_be_read_characters_are(make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READINGS, "page", replace(READINGS["page"], model_of=_missing))

    window = make_window()
    write(window.draw_tab.canvas, ONE)

    assert window.readings.reading == "character"
    assert action(window, "Character").isChecked()


def _missing(*_: object) -> Never:
    raise ModelFault("There is no model for pages.")


@pytest.mark.slow
def test_the_programs_own_networks_read_the_first_digit_and_the_first_sum(
    make_window: WindowMaker, qtbot: QtBot, shared_values: None
) -> None:
    window = make_window()
    player = PointerPlayer(window.draw_tab.canvas, "pen")

    def settle() -> None:
        qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    def put(one: Stroke) -> None:
        player.write(one)
        settle()

    for one in composed_row("4", 0):
        put(one)
    qtbot.waitUntil(lambda: loaded(window) == "page", timeout=PATIENCE_MS)
    settle()
    assert window.draw_tab.character.panel.isVisible()
    assert window.draw_tab.reading is not None
    assert window.draw_tab.reading.text == "4"

    window.document.clear()
    for one in composed_row("12+30=", 0):
        put(one)
    assert [(item.text, item.value_text) for item in window.draw_tab.page.items] == [("12+30=", "42")]


def test_the_canvas_keeps_its_size_when_a_character_becomes_rows(pages: PageMaker, qtbot: QtBot) -> None:
    page = pages(asked_for="")
    canvas, sizes = page.window.draw_tab.canvas, Sizes()
    page.write(0, 1)
    qtbot.waitUntil(lambda: loaded(page.window) == "page", timeout=PATIENCE_MS)
    page.settle()
    canvas.installEventFilter(sizes)

    page.write(0, 3, first=1)
    page.window.document.clear()
    page.settle()

    assert page.window.draw_tab.character.panel.isVisible()
    assert sizes.seen == []


class Sizes(QObject):
    """Notes the sizes that a widget gets."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, int]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            self.seen.append((event.size().width(), event.size().height()))
        return False


def test_rows_stay_rows_while_the_next_sign_is_written(pages: PageMaker, qtbot: QtBot) -> None:
    page = pages(asked_for="")
    page.write(0, 2)
    qtbot.waitUntil(lambda: loaded(page.window) == "page", timeout=PATIENCE_MS)
    page.settle()
    assert page.answer.panel.isVisible()
    shown: list[str] = []
    page.window.draw_tab.reading_changed.connect(lambda reading: shown.append("" if reading is None else reading.mode))

    page.write(0, 1, first=2)

    assert set(shown) == {"page"}
    # A reading of half a sign that was asked for before there were rows comes too late.
    page.window.draw_tab._client.recognized.emit(Reading("character"), True)
    assert page.answer.panel.isVisible()
