"""What a single character is, chosen by the user: with the answer, undone, kept in the file, and copied."""

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from digitvision.cli import main
from digitvision.ink.export import drawing_png
from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing, Sample
from digitvision.recognition.corrections import corrections_of
from digitvision.recognition.prediction import Candidate
from digitvision.ui.answer.answer_panel import AnswerPanel
from digitvision.ui.answer.confidence_chart import ConfidenceChart
from digitvision.ui.answer.ranked_chart import RankedChart
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.selection.frame import Handle, handles_of
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.alphabets import many_classes, reading
from tests.ui.controls import action, choose, named
from tests.ui.dialogs import Dialogs
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS, WindowMaker

Settle = Callable[[MainWindow], None]


@pytest.fixture
def four(window: MainWindow, settle: Settle) -> MainWindow:
    """A window that has read a 4 among the digits."""
    write(window.draw_tab.canvas, *sample_drawing(4).strokes)
    settle(window)
    assert _panel(window).answer_text == "4"
    return window


def _panel(window: MainWindow) -> AnswerPanel:
    return window.draw_tab.character.panel


def _says(window: MainWindow, message: str) -> bool:
    return window.statusBar().currentMessage() == message


def _has_shown(window: MainWindow, shown: list[str], count: int) -> bool:
    return window.settled and len(shown) >= count


def _click_bar(window: MainWindow, qtbot: QtBot, index: int) -> None:
    chart = _panel(window).chart
    assert isinstance(chart, ConfidenceChart)
    view = chart.plot.getPlotItem().getViewBox()
    scene = view.mapViewToScene(QPointF(index, 0.5))
    qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(chart.plot.mapFromScene(scene)))


@pytest.mark.slow
def test_a_click_on_a_bar_chooses_its_class_and_undo_takes_it_back(
    four: MainWindow, qtbot: QtBot, settle: Settle
) -> None:
    panel, strokes = _panel(four), len(four.document.drawing.strokes)

    _click_bar(four, qtbot, 9)
    settle(four)

    assert (panel.answer_text, panel.headline_text) == ("9", "Your choice")
    assert panel.verdict_text.startswith("The network reads 4")
    assert four.document.corrections.labels == ((frozenset(range(strokes)), "9"),)
    # The bars are the network's, as before.
    assert int(panel.chart.values.argmax()) == 4
    assert four.draw_tab.reading is not None
    assert (four.draw_tab.reading.text, four.draw_tab.reading.verdict) == ("9", "sure")

    choose(four, "Undo choice")
    settle(four)
    assert (panel.answer_text, panel.verdict_text) == ("4", "Sure")
    choose(four, "Redo choice")
    settle(four)
    assert panel.answer_text == "9"
    choose(four, "Forget corrections")
    settle(four)
    assert panel.answer_text == "4"


def test_a_next_best_answer_is_a_button(qtbot: QtBot) -> None:
    model, panel = many_classes(), AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 520)
    panel.show_model(model, "all")
    panel.show()
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)

    panel.show_reading(reading(model, {"4": 0.48, "9": 0.41, "A": 0.05}), ease=False)
    qtbot.waitUntil(lambda: len(panel.choices.buttons) == 3, timeout=PATIENCE_MS)
    first, second, _ = panel.choices.buttons
    assert first.text().startswith("4  4")
    assert second.accessibleName() == "Read it as 9"
    assert "4" in second.toolTip()
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert chosen == ["9"]

    # A sure answer is not offered a second time; what looks like nothing is not offered at all.
    panel.show_reading(reading(model, {"4": 0.9, "9": 0.08}, sure=True), ease=False)
    assert panel.answer_text == "4", "what was read is in sight at once"
    qtbot.waitUntil(lambda: len(panel.choices.buttons) == 1, timeout=PATIENCE_MS)
    assert [one.accessibleName() for one in panel.choices.buttons] == ["Read it as 9"]
    panel.show_reading(reading(model, {"4": 0.9}, in_vocabulary=0.1), ease=False)
    assert not panel.choices.isVisible()


def test_a_row_of_many_classes_is_chosen_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    model, panel = many_classes(), AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 520)
    panel.show_model(model, "all")
    panel.show()
    chosen: list[str] = []
    panel.chosen.connect(chosen.append)
    chart = panel.chart
    assert isinstance(chart, RankedChart)
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 5))
    assert chosen == [], "nothing is read yet"

    panel.show_reading(reading(model, {"4": 0.48, "9": 0.41, "A": 0.05}), ease=False)
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, chart.viewport().height() // 10))
    assert chosen[-1] in ("4", "9")
    chart.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(chart, key)
    assert chosen[-1] == "9"
    for _ in range(30):
        qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.ranking[31] in chart.rows_in_sight


@pytest.mark.slow
def test_a_choice_is_kept_in_the_file_and_read_with_it(
    four: MainWindow, qtbot: QtBot, settle: Settle, dialogs: Dialogs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _click_bar(four, qtbot, 9)
    settle(four)
    path = tmp_path / "nine.inkml"
    dialogs.save_to(path)
    choose(four, "Save")
    assert corrections_of(read_inkml(path).annotations).labels == four.document.corrections.labels
    choose(four, "New drawing")
    settle(four)
    assert _panel(four).answer_text == ""

    four.files.open(path)
    qtbot.waitUntil(lambda: four.settled and _panel(four).answer_text == "9", timeout=PATIENCE_MS)

    assert main(["recognize", str(path), "--format", "jsonl"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["text"], printed["sure"]) == ("9", True)


@pytest.mark.slow
def test_another_stroke_makes_it_another_drawing(four: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    _click_bar(four, qtbot, 9)
    settle(four)

    write(four.draw_tab.canvas, sample_drawing(1).strokes[0])
    settle(four)
    assert not four.document.corrections
    assert _panel(four).headline_text != "Your choice"

    choose(four, "Undo stroke")
    settle(four)
    assert _panel(four).answer_text == "9"


@pytest.mark.slow
def test_a_choice_in_another_alphabet_stays(four: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    four.use_alphabet("upper")
    qtbot.waitUntil(lambda: four.settled and four.alphabet == "upper", timeout=PATIENCE_MS)
    chart = _panel(four).chart
    assert isinstance(chart, RankedChart)
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    settle(four)
    letter = _panel(four).answer_text
    assert letter.isalpha()

    four.use_alphabet("all")
    qtbot.waitUntil(lambda: four.settled and four.alphabet == "all", timeout=PATIENCE_MS)
    assert (_panel(four).answer_text, _panel(four).headline_text) == (letter, "Your choice")


def test_a_picture_can_be_put_right_too(window: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "four.png"
    path.write_bytes(drawing_png(sample_drawing(4), size=400, pen_width=40, ink="#000000", paper="#ffffff"))
    window.files.open(path)
    qtbot.waitUntil(lambda: window.settled and _panel(window).answer_text == "4", timeout=PATIENCE_MS)

    _click_bar(window, qtbot, 9)
    settle(window)

    assert window.document.picture is not None
    assert (_panel(window).answer_text, _panel(window).headline_text) == ("9", "Your choice")
    choose(window, "Undo choice")
    settle(window)
    assert _panel(window).answer_text == "4"


@pytest.mark.slow
def test_a_character_is_copied_in_the_forms_of_formulas(four: MainWindow, qtbot: QtBot) -> None:
    for entry, text in (("Text", "4"), ("LaTeX", r"\(4\)"), ("LaTeX, display", r"\[4\]"), ("Typst", "4")):
        choose(four, entry)
        assert QGuiApplication.clipboard().text() == text

    for entry in ("SVG", "PNG"):
        choose(four, entry)
        qtbot.waitUntil(functools.partial(_says, four, f"Copied as {entry}"), timeout=PATIENCE_MS)
        mime = QGuiApplication.clipboard().mimeData()
        if entry == "SVG":
            assert b"<svg" in bytes(mime.data("image/svg+xml").data())
        else:
            assert not QImage(mime.imageData()).isNull()


@pytest.mark.slow
def test_a_character_has_no_value_and_without_one_nothing_is_copied(four: MainWindow, settle: Settle) -> None:
    assert not action(four, "Value").isEnabled()
    assert four.readings.copy_menu.isEnabled()

    four.document.apply(Drawing(), None, None)
    settle(four)
    assert not four.readings.copy_menu.isEnabled()


def test_the_row_of_choices_has_a_name(make_window: WindowMaker) -> None:
    from digitvision.ui.answer.choice_row import ChoiceRow

    assert named(make_window(), ChoiceRow, "Next best answers").isHidden()


def test_one_class_has_one_figure(qtbot: QtBot) -> None:
    model, panel = many_classes(), AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 520)
    panel.show_model(model, "all")
    panel.show()
    unsure = reading(model, {"5": 0.9, "1": 0.05}, in_vocabulary=0.2)
    chosen = replace(unsure, candidates=(Candidate("1", "1", 1.0),), sure=True, chosen=True)

    panel.show_reading(chosen, ease=False)

    values = panel.chart.values
    five = unsure.glyphs[0].prediction.index_of("5")
    assert five is not None
    assert values[five] == pytest.approx(0.18, abs=1e-3)
    qtbot.waitUntil(lambda: bool(panel.choices.buttons), timeout=PATIENCE_MS)
    assert panel.choices.buttons[0].text() == "5  18.0\u00a0%"


@pytest.mark.parametrize("handle", ["inside", "turn"])
def test_a_choice_stays_while_the_ink_is_dragged(
    four: MainWindow, qtbot: QtBot, settle: Settle, handle: Handle
) -> None:
    _click_bar(four, qtbot, 9)
    choose(four, "Select all")
    settle(four)
    view = four.draw_tab.editing.tool.view
    canvas = four.draw_tab.canvas
    assert view.frame is not None
    handles = handles_of(view.frame, canvas.rect().toRectF())
    grip = view.frame.center() if handle == "inside" else handles[handle]
    player = PointerPlayer(canvas, "mouse")
    shown: list[str] = []
    four.draw_tab.reading_changed.connect(lambda got: shown.append("" if got is None else got.text))

    player.send("press", Sample(*canvas.to_drawing(grip)))
    for step in range(1, 4):
        player.send("move", Sample(*canvas.to_drawing(grip + QPointF(12.0 * step, 3.0 * step))))
        qtbot.waitUntil(functools.partial(_has_shown, four, shown, step), timeout=PATIENCE_MS)
    assert (_panel(four).answer_text, _panel(four).headline_text) == ("9", "Your choice")
    player.send("release", Sample(*canvas.to_drawing(grip + QPointF(36.0, 9.0))))
    settle(four)

    assert set(shown) == {"9"}
