"""The formats in which a formula is copied."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.ui.answer.clipboard import MATHML_TYPES, Formula, as_text
from digitvision.ui.answer.clipboard_formats import COPY_FORMS
from tests.ui.controls import button, choose, plain
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.pictures import picture_of


@pytest.fixture
def window(equations: EquationMaker) -> EquationWindow:
    made = equations("y=x+1")
    made.write(5)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("Text", "y=x+1"),
        ("LaTeX", r"\(y = x + 1\)"),
        ("LaTeX, display", r"\[y = x + 1\]"),
        ("Typst", "y = x + 1"),
        ("SymPy code", "Eq(y, x + 1)"),
    ],
)
def test_a_form_of_text_is_copied(window: EquationWindow, entry: str, text: str) -> None:
    choose(window.window, entry)

    assert QGuiApplication.clipboard().text() == text


def test_words_are_copied_as_words_and_not_as_a_product_of_letters() -> None:
    words = Formula(LayoutTree((Symbol("a"),)), None, 'a "c & 50%')
    mathml = '<math display="block" xmlns="http://www.w3.org/1998/Math/MathML">'

    assert {form: as_text(words, form) for form in COPY_FORMS} == {
        "text": 'a "c & 50%',
        "latex": r'a "c \& 50\%',
        "display": r'\[\text{a "c \& 50\%}\]',
        "mathml": f"{mathml}<mtext>a &quot;c &amp; 50%</mtext></math>",
        "typst": r'"a \"c & 50%"',
        "sympy": None,
        "svg": None,
        "png": None,
    }


@pytest.mark.slow
def test_mathml_is_copied_for_word_and_for_editors(window: EquationWindow) -> None:
    choose(window.window, "MathML")

    mime = QGuiApplication.clipboard().mimeData()
    root = ElementTree.fromstring(mime.text())
    assert root.tag.endswith("math")
    for kind in MATHML_TYPES:
        assert bytes(mime.data(kind).data()).decode() == mime.text()


@pytest.mark.slow
def test_svg_is_copied_in_black_on_a_transparent_ground(window: EquationWindow) -> None:
    window.window.set_appearance("dark")
    choose(window.window, "SVG")

    source = bytes(QGuiApplication.clipboard().mimeData().data("image/svg+xml").data()).decode()
    assert ElementTree.fromstring(source).tag.endswith("svg")
    assert "#000000" in source


@pytest.mark.slow
def test_png_is_copied_at_three_times_the_size_on_white(window: EquationWindow) -> None:
    choose(window.window, "PNG")

    formula = window.answer.panel.formula
    assert formula is not None
    assert formula.typeset is not None
    image = QGuiApplication.clipboard().image()
    assert image.width() == round(formula.typeset.width * 3)
    assert image.pixelColor(0, 0) == QColor("white")
    data = QGuiApplication.clipboard().mimeData().data("image/png")
    assert QImage.fromData(data).size() == image.size()
    shades = {image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())}
    assert min(shades) < 20


def test_a_format_that_a_formula_cannot_be_written_in_is_reported(equations: EquationMaker) -> None:
    window = equations("1+")
    window.write(2)
    QGuiApplication.clipboard().setText("before")

    choose(window.window, "SymPy code")

    assert "cannot be written as SymPy code" in window.window.notice.text
    assert QGuiApplication.clipboard().text() == "before"


@pytest.mark.slow
def test_the_button_beside_the_formula_offers_the_same(window: EquationWindow) -> None:
    menu = window.window.readings.copy_menu

    assert [plain(entry.text()) for entry in menu.actions() if entry.isVisible()] == [
        *("Text", "LaTeX", "LaTeX, display", "MathML", "Typst", "SymPy code", "SVG", "PNG", "", "Value")
    ]


def test_without_a_reading_there_is_nothing_to_copy(equations: EquationMaker) -> None:
    window = equations("1")
    assert not window.window.readings.copy_menu.isEnabled()
    window.write(1)
    assert window.window.readings.copy_menu.isEnabled()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_buttons_arrow_stands_beside_its_words(equations: EquationMaker, ratio: float) -> None:
    window = equations("1+2")
    window.write(3)
    copy = button(window.answer.panel, "Copy as")
    picture = picture_of(copy, ratio=ratio).astype(int)
    height, width = picture.shape[:2]

    inside = picture[round(height * 0.2) : round(height * 0.8), round(width * 0.06) : round(width * 0.94)]
    ground = np.median(inside, axis=(0, 1))
    columns = np.flatnonzero((abs(inside - ground).max(axis=2) > 60).any(axis=0))

    # From the right: the arrow, then more room than there is between words, then their end.
    gaps = np.diff(columns)
    assert gaps.max() > 1.2 * copy.fontMetrics().horizontalAdvance(" ") * ratio
    arrow = columns[np.argmax(gaps) + 1 :]
    assert 3 * ratio <= arrow[-1] - arrow[0] <= 14 * ratio
