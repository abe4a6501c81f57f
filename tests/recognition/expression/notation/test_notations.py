"""An expression as plain text, MathML, Typst and LaTeX for a document."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation, Symbol
from digitvision.recognition.expression.notation.latex import display_latex_of, inline_latex_of
from digitvision.recognition.expression.notation.mathml import mathml_of
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.notation.structure import Atom, Fenced, Scripted, structure_of
from digitvision.recognition.expression.notation.typesetting import svg_of
from digitvision.recognition.expression.notation.typst import typst_of
from digitvision.training.expression.corpus import read_corpus
from tests.recognition.expression.trees import any_trees, tree_of

_QUOTED = re.compile(r'"(\\.|[^"\\])*"')
MATHML = "{http://www.w3.org/1998/Math/MathML}"
FORMS: list[Callable[[LayoutTree], str]] = [text_of, mathml_of, typst_of, inline_latex_of, display_latex_of]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("4 0 7", "407"),
        ("3 . 1 4", "3.14"),
        ("3 , 5 + 1", "3,5+1"),
        ("1 , 2 , 3", "1, 2, 3"),
        ("f ( 1 , 2 )", "f(1, 2)"),
        ("x^{2} + 1", "x²+1"),
        (r"\frac{x^{2} + 1}{2}", "(x²+1)/2"),
        (r"\frac{1}{2 a}", "1/(2a)"),
        (r"\frac{1}{2} x", "(1/2)x"),
        (r"2 \frac{1}{2}", "2(1/2)"),
        (r"\frac{1}{2} + 1", "1/2+1"),
        (r"\frac{1}{2}^{2}", "(1/2)²"),
        (r"\frac{\frac{1}{2}}{3}", "(1/2)/3"),
        (r"\sqrt{x}", "√(x)"),
        (r"\sqrt{( x + 1 )}", "√(x+1)"),
        (r"\sqrt[3]{x}", "∛(x)"),
        (r"\sqrt[5]{x}", "root(5, x)"),
        (r"\sqrt{x}^{2}", "(√(x))²"),
        (r"\int_{0}^{1} \sqrt{x} d x", "∫₀¹ √(x) dx"),
        (r"\sum_{i = 1}^{n} i^{2}", "∑ᵢ₌₁ⁿ i²"),
        (r"\lim_{x \rightarrow \infty} \frac{1}{x}", "lim_(x→∞) (1/x)"),
        (r"2 \sin x \cos ( 2 x )", "2 sin x cos(2x)"),
        (r"\sin^{2} x", "sin² x"),
        ("l n x", "ln x"),
        ("f^{\\prime} ( x )", "f′(x)"),
        (r"e^{- \frac{x}{2}}", "e^(-x/2)"),
        ("x^{a} b", "x^a b"),
        ("x_{1 2} 3", "x₁₂ 3"),
        (r"| x | + | y - | z | |", "|x|+|y-|z||"),
        (r"2 | x |", "2|x|"),
        (r"a \leq b", "a≤b"),
        ("10^{- 3} x", "10⁻³x"),
    ],
)
def test_text_is_what_a_person_would_type(latex: str, text: str) -> None:
    assert text_of(tree_of(latex)) == text


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        ("4 0 7 x y", "407 x y"),
        (r"\frac{a , b}{\sqrt[3]{x}}", r"frac(a \, b, root(3, x))"),
        (r"\int_{0}^{\infty} e^{- x} d x", "integral_(0)^(infinity) e^(- x) d x"),
        ("[ 0 , 1 )", r"lr(bracket.l 0 \, 1 paren.r)"),
        ("3 , 5", r"3\,5"),
        ("( x", "paren.l x"),
        (r"| x | \div 2 / 3", "abs(x) div 2 slash 3"),
    ],
)
def test_typst(latex: str, typst: str) -> None:
    assert typst_of(tree_of(latex)) == typst


@pytest.mark.parametrize(
    ("latex", "pretty"),
    [
        ("4 0 7 + x^{2}", "407 + x^{2}"),
        ("- x - y", "-x - y"),
        (r"( \frac{a}{b} )^{2}", r"\left( \frac{a}{b} \right)^{2}"),
        (r"\int_{0}^{1} x^{2} d x", r"\int_{0}^{1} x^{2}\, dx"),
        (r"\alpha x \lt \beta", r"\alpha x < \beta"),
        (r"f^{\prime \prime} ( x )", "f''(x)"),
        (r"\frac{1}{2}^{2}", r"{\frac{1}{2}}^{2}"),
        ("3 , 5", "3{,}5"),
        (r"\lim_{x \rightarrow 0} \sin x", r"\lim_{x \to 0} \sin x"),
    ],
)
def test_latex_for_a_document(latex: str, pretty: str) -> None:
    assert inline_latex_of(tree_of(latex)) == rf"\({pretty}\)"
    assert display_latex_of(tree_of(latex)) == rf"\[{pretty}\]"


def test_mathml_has_the_elements_of_its_parts() -> None:
    root = ElementTree.fromstring(
        mathml_of(tree_of(r"\sum_{i = 1}^{n} \frac{1 2}{\sqrt{x_{i}}} = \sqrt[3]{3 , 5^{2}}"))
    )

    assert root.tag == f"{MATHML}math"
    assert root.get("display") == "block"
    assert [element.tag.removeprefix(MATHML) for element in root] == ["munderover", "mfrac", "mo", "mroot"]
    assert [element.text for element in root.iter(f"{MATHML}mn")] == ["1", "12", "3,5", "2", "3"]
    assert root.find(f".//{MATHML}msqrt/{MATHML}msub") is not None


def test_mathml_puts_a_script_on_the_whole_bracket() -> None:
    (power,) = ElementTree.fromstring(mathml_of(tree_of("( x + 1 )^{2}")))

    base, script = power
    assert "".join(base.itertext()) == "(x+1)"
    assert script.text == "2"


@pytest.mark.parametrize(("latex", "first"), [("| x |", "|"), ("( x ]", "("), (r"\{ x \}", r"\{")])
def test_brackets_enclose_the_items_between_them(latex: str, first: str) -> None:
    (item,) = structure_of(tree_of(latex))

    assert isinstance(item, Fenced)
    assert item.opening == Atom(item.opening.kind, first, (0,))
    assert item.inside == (Atom("letter", "x", (1,)),)


@pytest.mark.parametrize("latex", ["( x", "x )", "P ( A | B", "| x", r"\{ x | x"])
def test_a_bracket_without_a_partner_stays_a_sign(latex: str) -> None:
    row = structure_of(tree_of(latex))

    assert len(row) == len(latex.split())
    assert all(isinstance(item, Atom) for item in row)


def test_a_script_on_a_digit_raises_the_whole_number() -> None:
    (item,) = structure_of(tree_of("1 0^{2}"))

    assert isinstance(item, Scripted)
    assert item.base == Atom("number", "10", (0, 1))


@pytest.mark.slow
@given(any_trees())
def test_any_tree_has_every_form(tree: LayoutTree) -> None:
    for form in FORMS:
        assert form(tree)
    ElementTree.fromstring(mathml_of(tree))
    picture = svg_of(tree)
    assert picture is None or picture.rectangles.keys() <= set(range(len(tree.symbols)))
    assert _balanced(_QUOTED.sub("", typst_of(tree)), "()")
    assert _balanced(inline_latex_of(tree).replace(r"\{", "").replace(r"\}", ""), "{}")


def _balanced(text: str, pair: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == pair[0]) - (sign == pair[1])
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("relation", ["Sup", "Inside"])
def test_absurd_nesting_is_an_error_and_no_crash(form: Callable[[LayoutTree], str], relation: Relation) -> None:
    many = 3000
    label = r"\sqrt" if relation == "Inside" else "x"
    deep = LayoutTree(tuple(Symbol(label) for _ in range(many)), tuple((k, k + 1, relation) for k in range(many - 1)))

    with pytest.raises(LayoutError, match="too deep"):
        form(deep)


@pytest.mark.slow
def test_thousands_of_brackets_are_an_error_and_no_crash() -> None:
    with pytest.raises(LayoutError, match="too deep"):
        text_of(tree_of("( " * 2000 + "x" + " )" * 2000))


@pytest.mark.slow
def test_every_expression_of_a_corpus_has_every_form_and_a_picture(shared: Path) -> None:
    expressions = read_corpus(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz")
    assert len(expressions) > 600

    for expression in expressions:
        tree = expression.tree
        for form in FORMS:
            assert form(tree)
        ElementTree.fromstring(mathml_of(tree))
        picture = svg_of(tree)
        assert picture is not None, tree.latex
        ElementTree.fromstring(picture.svg)
