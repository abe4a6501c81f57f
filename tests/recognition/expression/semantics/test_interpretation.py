"""The interpretation of layouts, and the ambiguous ones that have no meaning."""

import pytest
from hypothesis import given

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.sympy_code import sympy_code_of
from digitvision.recognition.expression.semantics.value_faults import ValueFault
from digitvision.recognition.expression.semantics.values import NotAtOnceError, value_at_once
from tests.recognition.expression.trees import any_trees, tree_of


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        ("2 x + 1 = 5", "Eq(2*x + 1, 5)"),
        ("1 - 2 - 3", "1 - 2 - 3"),
        ("1 - ( 2 - 3 )", "1 - (2 - 3)"),
        ("- x^{2}", "-x**2"),
        ("( - x )^{2}", "(-x)**2"),
        (r"2 \times - 3", "2*-3"),
        (r"6 \div 2 \times 3", "Rational(6, 2)*3"),
        (r"\frac{1}{2} x", "Rational(1, 2)*x"),
        (r"\frac{x + 1}{2 y}", "(x + 1)/(2*y)"),
        ("x^{2^{3}}", "x**(2**3)"),
        ("3 , 5 + 0 . 2 5", "Rational(7, 2) + Rational(1, 4)"),
        (r"\int_{0}^{1} \sqrt{x} d x", "Integral(sqrt(x), (x, 0, 1))"),
        (r"\int x d x + 1", "Integral(x, x) + 1"),
        (r"\int \frac{d t}{t^{2}}", "Integral(1/t**2, t)"),
        (r"\int_{0}^{1} \int_{0}^{2} x y d x d y", "Integral(Integral(x*y, (x, 0, 2)), (y, 0, 1))"),
        (r"\sum_{i = 1}^{n} i^{2} + 1", "Sum(i**2, (i, 1, n)) + 1"),
        (r"\lim_{x \rightarrow 0^{+}} \frac{1}{x}", 'Limit(1/x, x, 0, "+")'),
        (r"\lim_{x \rightarrow - \infty} e^{x}", "Limit(exp(x), x, -oo)"),
        (r"\frac{d}{d x} x^{3}", "Derivative(x**3, x)"),
        (r"\frac{d^{2}}{d x^{2}} ( x^{3} )", "Derivative(x**3, x, 2)"),
        (r"\sin 2 x \cos x", "sin(2*x)*cos(x)"),
        (r"\sin^{2} x", "sin(x)**2"),
        (r"\sin^{- 1} x", "asin(x)"),
        (r"\sin ( x )^{2}", "sin(x)**2"),
        (r"( x + 1 ) \sin x", "(x + 1)*sin(x)"),
        (r"\log_{2} 8", "log(8, 2)"),
        (r"\log x", "log(x, 10)"),
        ("l n 2", "log(2)"),
        ("| x - | y | |", "Abs(x - Abs(y))"),
        ("n !^{2}", "factorial(n)**2"),
        (r"\sqrt[3]{x}", "root(x, 3)"),
        ("a ( b + c )", "a*(b + c)"),
        ("2 ( 3 ) ( 4 )", "2*3*4"),
        (r"1 \lt x \leq 3", "And(Lt(1, x), Le(x, 3))"),
        ("x_{1} + x_{a b}", "x_1 + x_ab"),
        (r"\lambda \pi", "lambda_*pi"),
        ("e^{i x}", "exp(I*x)"),
        ("f ( x ) = x^{2}", "x**2"),
        (r"\frac{1}{\frac{2}{x}}", "1/(2/x)"),
        (r"2 \frac{1}{4}", "2 + Rational(1, 4)"),
        (r"( 2 \frac{1}{4} )^{2}", "(2 + Rational(1, 4))**2"),
        (r"6 \div 2 \frac{1}{4}", "Integer(6)/(2 + Rational(1, 4))"),
        (r"2 \frac{1}{4} x", "(2 + Rational(1, 4))*x"),
        (r"2 \frac{x}{4}", "2*x/4"),
        (r"1 0 \%", "10*Rational(1, 100)"),
        (r"2 0 0 + 1 0 \%", "200*(1 + 10*Rational(1, 100))"),
        (r"x - 1 0 \%", "x*(1 - 10*Rational(1, 100))"),
        ("2 | x |", "2*Abs(x)"),
        ("2 | x | | y |", "2*Abs(x)*Abs(y)"),
        ("3 , 1 4 + 2 , 5", "Rational(157, 50) + Rational(5, 2)"),
        ("1 , 2 3 4 . 5", "Rational(2469, 2)"),
        ("1 . 2 3 4 , 5", "Rational(2469, 2)"),
        ("( 3 , 5 + 1 ) / 2", "(Rational(7, 2) + 1)/2"),
    ],
)
def test_the_meaning_as_python(latex: str, code: str) -> None:
    assert sympy_code_of(tree_of(latex)) == code


@pytest.mark.parametrize(
    "latex",
    [
        r"2 \frac{3}{2}",
        r"2 \frac{2}{2}",
        r"2 \frac{0}{2}",
        r"0 \frac{1}{2}",
        r"2 . 5 \frac{1}{2}",
        r"2 \frac{0 . 5}{2}",
        r"2 \frac{1}{2} \frac{1}{3}",
        r"2 \frac{1}{2} 3",
        r"2 \frac{1}{2}^{2}",
        r"x 2 \frac{1}{2}",
        r"1 0 \% 5 0",
        r"\sin 3 0^{0}",
        "a | b",
        r"6 \div 2 ( 1 + 2 )",
        "1 / 2 x",
        "x 2",
        "2^{3} 4",
        r"\frac{1}{2} 3",
        "1 , 2 3 4",
        "1 , 2 , 3",
        r"x \pm 1",
        r"1 + \ldots + n",
        "f ( x )",
        "P ( 2 )",
        r"\log 2 ( 4 )",
        r"\sin x ( x + 1 )",
        r"\sum_{i = 1}^{n} x_{i}",
        r"\lim_{n \rightarrow \infty} x_{n}",
        "f^{\\prime} ( x )",
        r"\frac{d y}{d x}",
        r"\sum a_{n}",
        r"\int x",
        r"\sin",
        r"\sin^{2}",
        "( 1 + 2",
        "[ 0 , 1 )",
        "+",
        "1 +",
        "= 3",
        "1 = = 2",
        "n ! !",
        r"x \in A",
        r"x \rightarrow 0",
        "x_{n + 1}",
        r"\sqrt",
        "1 2 3 ?",
    ],
)
def test_ambiguous_notation_has_no_meaning(latex: str) -> None:
    assert _statement(latex) is None
    if latex != r"\sqrt":
        assert sympy_code_of(tree_of(latex)) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{i = 1}^{2} " * 300 + "i",
        r"\int_{0}^{1} " * 300 + "x" + " d x" * 300,
        "1" + " / 1" * 300,
        "1 " * 5000,
        "( " * 40 + "1" + " / 1 / 1 / 1 )" * 40,
    ],
)
def test_absurd_notation_has_no_meaning_and_does_not_crash(latex: str) -> None:
    assert statement_of(tree_of(latex)) is None


@pytest.mark.slow
@pytest.mark.parametrize("latex", ["1" + r" \times 1" * 2000, "1" + " + 1" * 2000])
def test_long_rows_have_a_meaning(latex: str) -> None:
    statement = statement_of(tree_of(latex))

    assert statement is not None
    assert len(statement.sides[0].parts) == 2001


def _statement(latex: str) -> object:
    return statement_of(LayoutTree((Symbol(latex),)) if latex == r"\sqrt" else tree_of(latex))


@pytest.mark.parametrize(
    ("latex", "free"),
    [
        ("a x + e^{i y}", {"a", "x", "y"}),
        (r"\sum_{i = 1}^{n} i k", {"n", "k"}),
        (r"\int_{0}^{b} x d x", {"b"}),
        (r"\int x d x", {"x"}),
        (r"\lim_{x \rightarrow a} x y", {"a", "y"}),
        (r"\frac{d}{d x} x^{2}", {"x"}),
    ],
)
def test_free_symbols_are_those_that_need_a_value(latex: str, free: set[str]) -> None:
    statement = statement_of(tree_of(latex))

    assert statement is not None
    assert statement.free == free


@pytest.mark.slow
@given(any_trees())
def test_any_tree_has_a_meaning_or_none_and_a_value_or_none(tree: LayoutTree) -> None:
    statement = statement_of(tree)

    assert (sympy_code_of(tree) is None) == (statement is None)
    if statement is not None:
        try:
            value = value_at_once(statement)
        except (ValueFault, NotAtOnceError):
            return
        assert value is None or value.text


def test_an_equals_sign_at_the_end_asks_for_the_value() -> None:
    asked, stated = statement_of(tree_of("1 + 2 =")), statement_of(tree_of("1 + 2 = 3"))

    assert asked is not None
    assert stated is not None
    assert (asked.asked, len(asked.sides)) == (True, 1)
    assert (stated.asked, stated.comparisons) == (False, ("=",))


@pytest.mark.slow
def test_sympy_evaluates_the_python_code_to_the_same_term() -> None:
    """SymPy itself runs the code as an independent oracle."""
    import sympy

    names = {name: getattr(sympy, name) for name in ("Integral", "sqrt", "Rational", "Eq", "exp", "pi", "Sum", "Abs")}
    names |= {name: sympy.Symbol(name) for name in "xyn"}
    code = sympy_code_of(tree_of(r"\int_{0}^{1} \frac{3 , 5 \sqrt{x}}{2} d x - | 2 - \frac{\pi}{3} |"))

    assert code is not None
    x = names["x"]
    expected = sympy.Integral(sympy.Rational(7, 4) * sympy.sqrt(x), (x, 0, 1)) - abs(2 - sympy.pi / 3)
    assert sympy.simplify(sympy.parse_expr(code, names) - expected) == 0
