"""An expression as a picture: its content, the rectangles of its symbols, and its drawing by Qt."""

import xml.etree.ElementTree as ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.typesetting import Rectangle, TypesetFormula, svg_of, svg_of_latex
from tests.recognition.expression.trees import tree_of

SVG = "{http://www.w3.org/2000/svg}"


def _typeset(latex: str, *, colour: str = "#000000", size: float = 24.0) -> TypesetFormula:
    formula = svg_of(tree_of(latex), colour=colour, size=size)
    assert formula is not None
    return formula


def _middle(rectangle: Rectangle) -> tuple[float, float]:
    left, top, width, height = rectangle
    return left + width / 2, top + height / 2


@pytest.mark.parametrize(
    "latex",
    [
        "4 0 7 + x",
        r"x = \frac{- b + \sqrt{b^{2} - 4 a c}}{2 a}",
        r"\sum_{i = 1}^{n} i^{2}",
        r"\int_{0}^{1} f ( x ) d x",
        r"\lim_{x \rightarrow 0} \frac{\sin x}{x}",
        r"f^{\prime} ( x ) = \sqrt[3]{1 2}",
    ],
)
def test_every_symbol_has_a_rectangle_in_the_picture_where_it_is_found(latex: str) -> None:
    tree = tree_of(latex)
    formula = _typeset(latex)

    assert formula.rectangles.keys() == set(range(len(tree.symbols)))
    for symbol, (left, top, width, height) in formula.rectangles.items():
        assert width > 0
        assert height > 0
        assert 0 <= left <= left + width <= formula.width
        assert 0 <= top <= top + height <= formula.height
        if tree.symbols[symbol].label != r"\sqrt":
            assert formula.symbol_at(*_middle((left, top, width, height))) == symbol


def test_symbols_stand_as_they_are_written() -> None:
    formula = _typeset(r"\frac{1}{2} + x^{3}")

    bar, one, two, plus, x, three = (formula.rectangles[symbol] for symbol in range(6))
    assert one[1] + one[3] <= bar[1] <= two[1]
    assert bar[0] + bar[2] < plus[0] < x[0] < three[0]
    assert three[1] < x[1]


def test_a_root_is_found_beside_its_content() -> None:
    formula = _typeset(r"\sqrt{x + 1}")

    left, top, _, height = formula.rectangles[0]
    assert formula.symbol_at(left + 1, top + height - 2) == 0
    assert formula.symbol_at(*_middle(formula.rectangles[1])) == 1
    assert formula.symbol_at(-5, -5) is None


def test_size_and_colour_are_those_requested() -> None:
    small, large = _typeset(r"2 \sin x", size=20), _typeset(r"2 \sin x", size=40, colour="#ff8800")

    # The margin does not grow with the size.
    assert large.width - 2 == pytest.approx(2 * (small.width - 2), rel=0.01)
    assert {element.get("fill") for element in ElementTree.fromstring(large.svg).iter()} == {None, "#ff8800"}


def test_the_picture_has_only_elements_that_qt_draws() -> None:
    root = ElementTree.fromstring(_typeset(r"\sqrt{\frac{( a + b )}{2}} \times \sum_{i}^{n} x").svg)

    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "g", "path", "rect"}


@pytest.mark.parametrize("latex", [r"\frac{x + 1}{2}", r"\sqrt{7}", r"\int_{0}^{1} x d x"])
def test_qt_draws_ink_in_each_symbol_s_rectangle_and_none_elsewhere(latex: str) -> None:
    formula = _typeset(latex, size=48)
    renderer = QSvgRenderer(formula.svg)
    assert renderer.isValid()
    image = QImage(round(formula.width), round(formula.height), QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, formula.width, formula.height))
    painter.end()

    inked = [
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).lightness() < 100
    ]

    assert inked
    for left, top, width, height in formula.rectangles.values():
        assert any(left <= x + 0.5 <= left + width and top <= y + 0.5 <= top + height + 1 for x, y in inked)
    for x, y in inked:
        assert any(
            left - 1 <= x + 0.5 <= left + width + 1 and top - 1 <= y + 0.5 <= top + height + 1
            for left, top, width, height in formula.rectangles.values()
        )


@pytest.mark.parametrize(
    "latex",
    [r"x = -\sqrt{2} \approx -1.4142,\ x = \sqrt{2}", r"\text{no real solution}", r"\frac{7}{12} \approx 0.5833"],
)
def test_a_value_can_be_typeset(latex: str) -> None:
    formula = svg_of_latex(latex, colour="#336699")

    assert formula is not None
    assert formula.rectangles == {}
    assert QSvgRenderer(formula.svg).isValid()
    assert {element.get("fill") for element in ElementTree.fromstring(formula.svg).iter()} == {None, "#336699"}


def test_a_minus_of_a_number_stands_closer_than_one_of_a_difference() -> None:
    def added_width(latex: str) -> float:
        """Return the width of its minus with the space around it."""
        with_minus, without = svg_of_latex(latex), svg_of_latex(latex.replace("-", ""))
        assert with_minus is not None
        assert without is not None
        return with_minus.width - without.width

    assert added_width("x = -2") < added_width("x - 2") - 5
    assert added_width("(x) - 2") == pytest.approx(added_width("x - 2"), abs=1)


def test_invalid_latex_has_no_picture() -> None:
    assert svg_of_latex(r"\frac{1") is None
    assert svg_of_latex("{" * 200 + "x" + "}" * 200) is None


def test_a_tree_that_cannot_be_typeset_has_no_picture() -> None:
    many = 60
    deep = LayoutTree(tuple(Symbol("x") for _ in range(many)), tuple((k, k + 1, "Sup") for k in range(many - 1)))
    nested = tree_of("( 1 + " * 20 + "x" + " )" * 20)

    assert svg_of(deep) is None
    assert svg_of(nested) is None
