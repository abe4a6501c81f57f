"""The canvas read as an equation: the choice, the formula, its value, and every state of it."""

import itertools
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QPalette
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from digitvision.ink.export import drawing_png
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.draw.expression_answer import ExpressionAnswer
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.recognition.line.rows import row as written
from tests.ui.controls import action, choose, named
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.expressions import KnownReader, row
from tests.ui.hand import stroke, write
from tests.ui.windows import PATIENCE_MS, WindowMaker


@pytest.mark.slow
def test_the_formula_is_typeset_with_its_latex_and_its_value(equations: EquationMaker) -> None:
    window = equations("1+2=")

    window.write(4)

    panel = window.answer.panel
    assert window.latex == "1 + 2 ="
    assert panel.latex_text == "1 + 2 ="
    assert panel.value_text == "= 3"
    assert panel.confidence_text == "70.0\u00a0% Likely"
    assert panel.view.formula is not None
    assert set(panel.view.formula.rectangles) == {0, 1, 2, 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("confidence", "sure", "word", "advice"),
    [
        (0.97, True, "Sure", "is reliable"),
        (0.87, False, "Likely", "check it"),
        (0.21, False, "Not sure", "correct"),
    ],
)
def test_a_reading_is_called_sure_likely_or_not_sure(
    equations: EquationMaker, confidence: float, sure: bool, word: str, advice: str
) -> None:
    window = equations("1+2=")
    window.reader.confidence, window.reader.sure = confidence, sure

    window.write(4)

    panel = window.answer.panel
    assert panel.confidence_text == f"{100 * confidence:.1f}\u00a0% {word}"
    shown = named(panel, QLabel, "Confidence")
    assert shown.accessibleDescription() == panel.confidence_text
    verdict = next(label for label in panel.findChildren(QLabel) if label.text() == word)
    assert advice in verdict.toolTip()
    assert verdict.toolTip() == shown.toolTip()


@pytest.mark.slow
def test_each_finished_stroke_is_answered(equations: EquationMaker) -> None:
    window = equations("1+2=")
    seen = []
    for one in row(4):
        window.write([one])
        seen.append(window.latex)

    assert seen == ["1", "1 +", "1 + 2", "1 + 2 ="]


@pytest.mark.slow
def test_an_unfinished_stroke_is_not_read(equations: EquationMaker) -> None:
    window = equations()
    window.write(1)
    asked = len(window.reader.asked)

    canvas = window.window.draw_tab.canvas
    canvas.ink_changed.emit()
    window.settle()

    assert len(window.reader.asked) == asked


def test_a_formula_takes_the_colour_of_the_text(equations: EquationMaker) -> None:
    window = equations("1")
    window.write(1)
    view = window.answer.panel.view
    for appearance in ("light", "dark"):
        window.window.set_appearance(appearance)
        window.qtbot.wait(20)
        image = view.grab().toImage()
        ink = view.palette().color(QPalette.ColorRole.WindowText)
        middle = view.symbol_rectangle(0).toAlignedRect()
        distances = [
            abs(image.pixelColor(x, y).lightness() - ink.lightness())
            for x in range(middle.left(), middle.right())
            for y in range(middle.top(), middle.bottom())
        ]
        assert min(distances) < 40, appearance


@pytest.mark.slow
def test_a_function_has_a_graph_and_a_number_has_none(equations: EquationMaker) -> None:
    window = equations("y=x+1")
    window.write(5)

    plot = window.answer.panel.plot
    assert plot is not None
    (function,) = plot.plots
    assert function.y[0] == pytest.approx(function.x[0] + 1)
    window.window.document.undo_stack.undo()
    window.window.document.undo_stack.undo()
    window.window.document.undo_stack.undo()
    window.settle()
    assert window.answer.panel.plot is None


@pytest.mark.slow
def test_an_equation_is_solved_by_the_child_process(own_values: None, equations: EquationMaker) -> None:
    window = equations("x+1=3")

    window.write(5)

    assert window.answer.panel.value_text == "x = 2"


def test_a_value_of_a_formula_that_is_gone_is_not_shown(equations: EquationMaker) -> None:
    window = equations("1+2=")
    window.write(4)
    assert window.answer.panel.value_text == "= 3"

    window.window.document.clear()
    window.settle()

    assert window.answer.panel.value_text == ""
    assert window.answer.panel.formula is None
    assert "the formula appears here" in window.answer.panel.message_text


def test_the_empty_canvas_asks_for_an_equation(equations: EquationMaker) -> None:
    window = equations()
    canvas = window.window.draw_tab.canvas

    assert canvas.hint == "Write an equation"
    choose(window.window, "Character")
    window.settle()
    assert canvas.hint == "Write a digit"


def test_more_strokes_than_anybody_writes_are_not_read(equations: EquationMaker) -> None:
    window = equations("1")
    many = Drawing(tuple(stroke((3.0 * number, 100), (3.0 * number, 200)) for number in range(301)))

    window.window.document.apply(many, None, None)
    window.settle()

    assert "These are 301 strokes, and at most 300" in window.answer.panel.message_text
    assert not action(window.window, "Copy answer").isEnabled()


def test_a_picture_is_not_read_as_an_equation(equations: EquationMaker, tmp_path: Path) -> None:
    window = equations()
    picture = tmp_path / "seven.png"
    picture.write_bytes(drawing_png(sample_drawing(7), size=400, pen_width=40, ink="#000000", paper="#ffffff"))
    window.window.files.open(picture)
    window.settle()

    assert "read from strokes" in window.answer.panel.message_text
    assert window.window.draw_tab.reading is None


def test_the_choice_is_remembered_and_the_alphabet_is_of_no_use(equations: EquationMaker) -> None:
    window = equations()
    (alphabet,) = (box for box in window.window.findChildren(QComboBox) if box.accessibleName() == "Alphabet")
    assert not alphabet.isVisible()
    assert action(window.window, "Equation").isChecked()
    choose(window.window, "Character")
    choose(window.window, "Equation")
    window.settle()
    window.window.close()

    assert SettingsStore().values.reading == "equation"


def test_what_is_on_the_canvas_is_read_again_the_other_way(equations: EquationMaker) -> None:
    window = equations("+")
    write(window.window.draw_tab.canvas, *sample_drawing(7).strokes)
    window.settle()
    assert window.latex.startswith("+")

    choose(window.window, "Character")
    window.settle()

    reading = window.window.draw_tab.reading
    assert reading is not None
    assert (reading.mode, reading.text) == ("character", "7")
    assert window.window.draw_tab.character.panel.isVisible()
    assert not window.answer.panel.isVisible()


def test_without_a_model_equations_are_not_offered(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setitem(READINGS, "equation", KnownReader().kind(problem="There is no model “equations”."))
    SettingsStore().change(reading="equation")

    window = make_window()

    entry = action(window, "Equation")
    assert not entry.isEnabled()
    assert entry.toolTip() == "There is no model “equations”."
    assert action(window, "Character").isChecked()


def test_a_model_that_does_not_load_leaves_the_other_reading(
    make_window: WindowMaker, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    kind = KnownReader().kind()

    def damaged(_store: ModelStore, _name: str) -> object:
        raise ModelFault("The model “equations” is damaged.")

    broken = type(kind)("equation", "F8", alphabets=False, model_of=kind.model_of, load=damaged)  # type: ignore[arg-type]
    monkeypatch.setitem(READINGS, "equation", broken)
    window = make_window()

    choose(window, "Equation")
    qtbot.waitUntil(window.notice.isVisible, timeout=PATIENCE_MS)

    assert window.notice.text == "The model “equations” is damaged."
    assert window.readings.reading == "character"
    assert window.draw_tab.character.panel.isVisible()


def test_the_keys_choose_the_reading(equations: EquationMaker, qtbot: QtBot) -> None:
    window = equations()
    qtbot.keyClick(window.window, Qt.Key.Key_F6)
    assert window.window.readings.reading == "character"
    qtbot.keyClick(window.window, Qt.Key.Key_F8)
    assert window.window.readings.reading == "equation"
    window.settle()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(640, 480), (800, 600), (1080, 740), (700, 1000)])
def test_the_canvas_is_wide_and_the_answer_is_below_it(equations: EquationMaker, size: tuple[int, int]) -> None:
    window = equations("y=x+1")
    window.window.resize(*size)
    window.write(5)
    window.qtbot.wait(20)
    tab, panel = window.window.draw_tab, window.answer.panel

    assert (window.window.width(), window.window.height()) == size
    assert panel.geometry().top() >= tab.canvas.geometry().bottom()
    assert tab.canvas.width() >= 0.9 * tab.width()
    assert tab.rect().contains(panel.geometry())
    latex = named(panel, QPlainTextEdit, "LaTeX")
    parts = [panel.view, panel.candidates, latex]
    rectangles = [QRect(part.mapTo(panel, QPoint()), part.size()) for part in parts]
    assert all(panel.rect().contains(rectangle) for rectangle in rectangles)
    assert not any(one.intersects(other) for one, other in itertools.pairwise(rectangles))


def test_an_equation_of_the_real_model_is_read(make_window: WindowMaker, qtbot: QtBot) -> None:
    assert not READINGS["equation"].problem(ModelStore())
    window: MainWindow = make_window(reading="equation")
    write(window.draw_tab.canvas, *sample_drawing(7).strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.latex == "7"
    assert isinstance(window.draw_tab.expression, ExpressionAnswer)


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "text", "value"), [("%", "40%", "= 0.4"), ("°", "40°", ""), ("?", "40?", "")])
def test_a_sign_that_the_networks_do_not_know_is_typed(
    make_window: WindowMaker, qtbot: QtBot, typed: str, text: str, value: str
) -> None:
    window: MainWindow = make_window(reading="equation")
    write(window.draw_tab.canvas, *written("407").fit_into(Bounds(150, 400, 850, 600)).strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
    answer = window.draw_tab.expression
    spot = answer.panel.view.symbol_rectangle(2).center().toPoint()
    qtbot.mouseMove(answer.panel.view, spot)
    qtbot.mouseClick(answer.panel.view, Qt.MouseButton.LeftButton, pos=spot)
    popup = answer.corrections.popup
    assert popup is not None
    field = named(popup, QLineEdit, "Another symbol")

    qtbot.keyClicks(field, typed) if typed.isascii() else field.setText(typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    assert window.draw_tab.reading is not None
    assert window.draw_tab.reading.text == text
    if value:
        qtbot.waitUntil(lambda: answer.panel.value_text == value, timeout=PATIENCE_MS)


def test_corrections_go_with_the_request(equations: EquationMaker) -> None:
    window = equations("1+2=")
    window.write(3)
    window.window.document.correct(Corrections().with_label({2}, "9"))
    window.settle()

    assert window.reader.asked[-1] == Corrections().with_label({2}, "9")
    assert window.latex == "1 + 9"


def test_the_formula_is_dragged_as_latex_and_as_a_picture(equations: EquationMaker) -> None:
    from digitvision.ui.answer.clipboard import dragged_mime

    window = equations("1+2")
    window.write(3)
    formula = window.answer.panel.formula
    assert formula is not None

    mime = dragged_mime(formula)

    assert mime.text() == r"\(1 + 2\)"
    assert mime.hasFormat("image/svg+xml")
    assert isinstance(mime.imageData(), QImage)


@pytest.mark.slow
def test_every_control_of_the_answer_has_a_name_and_says_what_it_does(equations: EquationMaker) -> None:
    window = equations("y=x+1")
    window.write(5)
    panel = window.answer.panel
    controls = [
        *panel.findChildren(QAbstractButton),
        *panel.findChildren(QPlainTextEdit),
        panel.view,
    ]

    shown = [control for control in controls if control.isVisible()]
    assert len(shown) >= 4
    for control in shown:
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name)
        assert control.toolTip()
