"""The value beside its formula: typeset where it can be, as text where not, in both schemes, never in the way."""

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.typesetting import svg_of, svg_of_latex
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.prediction import Candidate, Reading
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.answer.formula_view import EDGE_PX
from digitvision.ui.answer.value_view import LONGEST_LATEX, ValueView, value_latex
from tests.recognition.expression.trees import tree_of
from tests.ui.controls import choose, named
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.pictures import picture_of, rgb
from tests.ui.windows import PATIENCE_MS


def _view(window: EquationWindow) -> ValueView:
    return window.answer.panel.value_view


def test_a_value_is_typeset_beside_its_formula(equations: EquationMaker) -> None:
    window = equations("7+5-2")

    window.write(5)

    panel, view = window.answer.panel, _view(window)
    assert view.isVisible()
    assert view.formula is not None
    assert panel.value_text == view.toolTip() == view.accessibleDescription() == "= 10"
    # Beside it, on the same height, near its end; and said once.
    window.qtbot.waitUntil(lambda: view.geometry().left() - panel.view.geometry().right() < 40, timeout=PATIENCE_MS)
    assert view.geometry().top() == panel.view.geometry().top()
    assert view.rectangle().top() + view.formula.baseline * 2 == pytest.approx(panel.view.baseline(), abs=0.1)
    end = max(panel.view.symbol_rectangle(index).right() for index in range(5))
    assert panel.view.width() - end < 20
    assert not [label for label in panel.findChildren(QLabel) if label.isVisible() and "10" in label.text()]


@pytest.mark.parametrize(
    ("script", "text", "pictured"),
    [
        ("12+3=", "= 15", "15"),
        pytest.param("2x=8", "x = 4", r"\rightarrow x = 4", marks=pytest.mark.slow),
        ("3=3", "true", r"\rightarrow \text{true}"),
    ],
)
def test_it_goes_on_from_the_formula(equations: EquationMaker, script: str, text: str, pictured: str) -> None:
    window = equations(script)
    window.write(len(script))

    shown, wanted = _view(window).formula, svg_of_latex(pictured)
    assert shown is not None
    assert wanted is not None
    assert window.answer.panel.value_text == text
    assert shown.svg == wanted.svg


@pytest.mark.slow
def test_the_same_value_stays_and_another_takes_its_place(equations: EquationMaker) -> None:
    window = equations("7+5-2")
    window.write(3)
    assert window.answer.panel.value_text == "= 12"
    window.window.document.erase((2,))
    window.settle()
    assert not _view(window).isVisible()
    window.window.document.undo_stack.undo()
    window.settle()
    assert window.answer.panel.value_text == "= 12"
    assert _view(window).isVisible()
    choose(window.window, "Clear")
    assert not _view(window).isVisible()
    assert window.answer.panel.value is None


@pytest.mark.slow
def test_a_function_has_its_graph_and_no_value(equations: EquationMaker) -> None:
    window = equations("y=x+1")
    window.write(5)

    assert window.answer.panel.plot is not None
    assert not _view(window).isVisible()
    assert window.answer.panel.value_text == ""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["Light", "Dark"])
def test_it_has_the_accents_colour_and_not_that_of_ink(equations: EquationMaker, scheme: str) -> None:
    window = equations("7+5-2")
    window.write(5)
    for name in ("Dark", "Light") if scheme == "Light" else ("Light", "Dark"):
        choose(window.window, name)
        picture_of(_view(window))

    picture = picture_of(_view(window)).astype(float)
    palette = _view(window).palette()
    roles = QPalette.ColorRole
    computed, ink, ground = (rgb(palette.color(role)) for role in (roles.Accent, roles.WindowText, roles.Window))
    assert (np.abs(picture - computed).max(axis=2) < 40).sum() > 20
    assert not (np.abs(picture - ink).max(axis=2) < 40).any()
    assert (np.abs(picture - ground).max(axis=2) < 2).mean() > 0.5
    choose(window.window, "As the system")


@pytest.mark.slow
def test_the_value_is_copied_as_text(equations: EquationMaker) -> None:
    window = equations("7+5-2")
    window.write(5)

    choose(window.window, "Value")
    assert QGuiApplication.clipboard().text() == "10"

    window.window.document.erase((1, 2, 3, 4))
    window.settle()
    choose(window.window, "Value")
    assert "no value" in window.window.notice.text
    assert QGuiApplication.clipboard().text() == "10"


@pytest.mark.slow
def test_it_is_typeset_in_the_thread_of_recognition(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    from digitvision.recognition.expression.notation import typesetting

    threads: list[str] = []

    def noted(latex: str, **options: float) -> object:
        threads.append(QThread.currentThread().objectName())
        return svg_of_latex(latex, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(typesetting, "svg_of_latex", noted)
    window = equations("7+5-2")
    window.write(5)

    assert threads
    assert set(threads) == {"recognition"}


def _tree(count: int) -> LayoutTree:
    symbols = tuple(Symbol("x", (index,)) for index in range(count))
    return LayoutTree(symbols, tuple((index, index + 1, "Right") for index in range(count - 1)))


@pytest.fixture
def panel(qtbot: QtBot) -> FormulaPanel:
    """A panel that shows a formula of twenty symbols."""
    made = FormulaPanel()
    qtbot.addWidget(made)
    tree = _tree(20)
    made.show_reading(Reading("equation", (Candidate("x", tree.latex, 0.9),), True, tree=tree, trees=(tree,)))
    made.show_formula(svg_of(tree))
    made.resize(600, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_long_formulas_and_long_values_share_the_width(panel: FormulaPanel) -> None:
    value = Value("x = 1, x = 2", r"x = \frac{1 + \sqrt{5}}{2},\ x = \frac{1 - \sqrt{5}}{2}", "solutions")
    panel.show_value(value, formula=svg_of_latex(value.latex * 3))
    QApplication.processEvents()

    def shared(widget: QWidget) -> float:
        return widget.width() / panel.width()

    assert shared(panel.view) > 0.25
    assert shared(panel.value_view) > 0.25
    assert panel.minimumSizeHint().width() < 600
    assert not panel.view.geometry().intersects(panel.value_view.geometry())


def test_what_cannot_be_typeset_is_text_below(panel: FormulaPanel, qtbot: QtBot) -> None:
    panel.show_value(Value("3", "3", "number"), formula=None)

    assert not panel.value_view.isVisible()
    label = named(panel, QLabel, "Value")
    qtbot.waitUntil(label.isVisible, timeout=PATIENCE_MS)
    assert label.text() == panel.value_text == "= 3"
    panel.show_value(None, "That takes too long.")
    assert label.text() == "That takes too long."
    assert panel.value is None


def test_a_value_that_nobody_could_read_is_not_typeset() -> None:
    assert value_latex("1" * (LONGEST_LATEX + 1), equals=True, after_equals=False) == ""
    assert value_latex(r"\approx 3", equals=True, after_equals=False) == r"\approx 3"
    assert value_latex("3", equals=True, after_equals=False) == "= 3"


@pytest.mark.parametrize("latex", ["x^{2} + 1", r"\frac{1}{2} + 3", "y - x"])
@pytest.mark.parametrize("height", [160, 200, 320])
def test_it_stands_on_one_line_with_the_formula(qtbot: QtBot, latex: str, height: int) -> None:
    made = FormulaPanel()
    qtbot.addWidget(made)
    tree = tree_of(latex)
    made.show_reading(Reading("equation", (Candidate("", tree.latex, 0.9),), True, tree=tree, trees=(tree,)))
    made.show_formula(svg_of(tree))
    value = svg_of_latex("= 49.7")
    made.show_value(Value("49.7", "49.7", "number"), formula=value)
    made.resize(1000, height)
    made.show()
    qtbot.waitExposed(made)

    view, line = made.value_view, made.view.baseline()
    assert value is not None
    assert line is not None
    shown = view.rectangle()
    assert view.rect().toRectF().contains(shown)
    assert shown.top() + value.baseline * shown.height() / value.height == pytest.approx(line, abs=1)


def test_in_a_narrow_panel_a_value_is_as_large_as_its_formula(panel: FormulaPanel, qtbot: QtBot) -> None:
    panel.resize(340, 300)
    tree = tree_of("f ( 3 ) = 1 . 4")
    formula, value = svg_of(tree), svg_of_latex(r"\rightarrow \text{false}")
    assert formula is not None
    assert value is not None

    panel.show_reading(Reading("equation", (Candidate("f(3)=1.4", tree.latex, 0.9),), True, tree=tree))
    panel.show_formula(formula)
    panel.show_value(Value("false", r"\text{false}", "truth"), formula=value)
    qtbot.wait(50)

    scale = panel.value_view.rectangle().width() / value.width
    assert scale > 0.7
    assert scale == pytest.approx((panel.view.width() - 2 * EDGE_PX) / formula.width, rel=0.25)
