"""Small pages and what each of their rows comes to."""

import pytest

from digitvision.recognition.calculation.calculation import Calculation
from digitvision.recognition.calculation.page_rows import RowResult
from tests.recognition.calculation.pages import OwnProcess, page

# For each row what it comes to, "" for nothing, and a sentence with an exclamation mark before it.
Page = list[tuple[str, str]]
TOLD = "! What this means is not clear: signs or brackets may help."

ARITHMETIC: list[Page] = [
    [("a = 3", ""), ("b = a^{2} + 1", "b = 10"), ("b =", "10")],
    [("x = 3", ""), ("x^{2} =", "9")],
    [("x_{1} = 4", ""), ("x_{2} = 6", ""), ("x_{1} x_{2} =", "24")],
    [(r"\alpha = 2", ""), (r"\alpha^{3} =", "8")],
    [("a = 3", ""), ("a = 5", ""), ("a + 1 =", "6")],
    [("a = 3", ""), ("b = a + 1", "b = 4"), ("a = 5", ""), ("b =", "4")],
    [("a = 3", ""), ("a = a + 1", "a = 4"), ("a =", "4")],
    [("s = 0", ""), ("s = s + 1", "s = 1"), ("s = s + 2", "s = 3"), ("s =", "3")],
    [("a = 2", ""), ("c = a + 3 =", "5"), ("c =", "5")],
    [("a = 3", ""), ("b = a", "b = 3"), ("b", "")],
    [("a = 3", ""), ("a", ""), ("2 a", "6")],
    [("F = m a", ""), ("m = 2", ""), ("a = 3", ""), ("F =", "6")],
    [("F = m a", ""), ("m = 2", ""), ("a = 3", ""), ("F =", "6"), ("a = 4", ""), ("F =", "8")],
    [("a = 1", ""), ("b = 2", ""), ("c = 3", ""), ("a + b c =", "7")],
    [("a = - 3", ""), ("a^{2} =", "9"), ("| a | =", "3"), ("- a =", "3")],
    [(r"a = 1 \div 3", "a = 1/3 ≈ 0.3333"), ("a =", "1/3 ≈ 0.3333"), ("3 a =", "1")],
    [("a = 0 . 5", ""), ("a + 1 =", "1.5"), (r"a \div 3 =", "≈ 0.1667")],
    [("p = 0 , 2 5", ""), ("4 p =", "1")],
    [("n = 5", ""), ("n ! =", "120")],
    [("a = 2", ""), (r"\frac{a}{3} =", "2/3 ≈ 0.6667"), ("a^{a} =", "4")],
    [("a = 3", ""), ("a ( 2 ) =", "6"), ("a ( 2 + 1 ) =", "9")],
    [("f = 3", ""), ("f ( 2 ) =", "6")],
    [("x = 3", ""), ("x^{2} + x = 1 2", "true")],
    [("x = 3", ""), ("x^{2} = 4", "false with x = 3")],
    [("x = 1 0^{2 0}", "x = 100000000000000000000"), ("x = 5 x", "x = 500000000000000000000"), ("x + 1 = x", "false")],
    [("a = 2", ""), ("b = 3", ""), ("a + b = 6", "false"), ("a + b = 5", "true")],
    [("a = 2", ""), (r"a \lt 3", "true"), (r"a \geq 3", "false with a = 2")],
    [("a + b = 5", ""), ("a = 2", ""), ("a =", "2")],
    [("x = 3", ""), ("x = 3", ""), ("x =", "3")],
    [("7 =", ""), ("1 2", ""), ("2 + 3", "5"), ("2 + 3 =", "5")],
    # Told.
    [("x_{1} = 4", ""), ("x =", "! x has no value yet.")],
    [("k =", "! k has no value yet."), ("k", "")],
    [("b =", "! b is given a value only further down."), ("b = 4", "")],
    [("a + b =", "! a is given a value only further down."), ("a = 1", ""), ("b = 2", "")],
    [("f ( 2 ) =", "! f is given a value only further down."), ("f ( x ) = 2", "f(x) = 2")],
    [("e = 5", "! e is Euler’s number, about 2.7183, and cannot be given another value."), ("a = 2", "")],
    [("i = 1", "! i is the imaginary unit, and cannot be given a value.")],
    [(r"\pi = 3", "! π is the number of the circle, about 3.1416, and cannot be given another value.")],
    [(r"\sin = 2", "! sin is a function, and cannot be given a value.")],
    [(r"\log = 1", "! log is a function, and cannot be given a value.")],
    [("l n = 1", "! ln is a function, and cannot be given a value.")],
    [("s i n = 3", "! sin is a function, and cannot be given a value.")],
    [("f = 3", ""), ("f ( x ) = x + 1", "! f has a value further up: use another name for the function.")],
    [("f ( x ) = 2 x", "f(x) = 2x"), ("f = 3", ""), ("f =", "3")],
    [("a = 1 / 0", "! This divides by zero."), ("a + 1 =", "! a has no value.")],
    [("a = 0", ""), ("1 / a =", "! This divides by zero.")],
    [("a = 9^{9^{9}}", "! The result is too large to be written out."), ("a =", "! a has no value.")],
    [("a = 2 / 0", "! This divides by zero."), ("a = 2", ""), ("a + 1 =", "3")],
    [
        ("a = 5", ""),
        ("a = 1 , 2 3 4", "! 1,234 may be 1.234 or 1234: write it without the comma."),
        ("a =", "! a has no value."),
    ],
    [("1 , 2 3 4 + 1 =", "! 1,234 may be 1.234 or 1234: write it without the comma.")],
    [("f ( x ) = f ( x - 1 )", "! f depends on itself."), ("f ( 2 ) =", "! f depends on itself.")],
    [(r"f ( x ) = x^{\prime}", ""), ("f ( 3 ) =", "! f has no value.")],
    [("f ( x ) = 2", "f(x) = 2"), ("f + 1 =", "! f is a function here: write f(…).")],
    # Functions.
    [("f ( x ) = 2", "f(x) = 2"), ("f ( 5 ) =", "2")],
    [("f ( x ) = a x", ""), ("a = 2", ""), ("f ( 3 ) =", "6")],
    # Mixed numbers, bars, decimal commas, groups of digits.
    [(r"2 \frac{1}{4}", "9/4 = 2.25")],
    [(r"2 \frac{1}{4} =", "9/4 = 2.25")],
    [(r"2 \frac{1}{4} + 1 \frac{1}{2} =", "15/4 = 3.75")],
    [(r"3 \cdot 2 \frac{1}{3} =", "7")],
    [(r"- 1 \frac{1}{2} =", "-3/2 = -1.5")],
    [(r"6 \div 1 \frac{1}{2} =", "4")],
    [(r"2 \frac{3}{2} =", TOLD)],
    [(r"a = 2 \frac{1}{2}", "a = 5/2 = 2.5"), ("2 a =", "5")],
    [("a = 4", ""), (r"2 \frac{a}{3} =", "8/3 ≈ 2.6667")],
    [("| - 7 | =", "7"), ("2 | - 3 | =", "6"), ("| 1 - | - 4 | | =", "3")],
    [("3 , 1 4 + 2 , 5 =", "5.64")],
    [("3 , 5 =", ""), ("0 , 1 2 5 + 1 =", "1.125")],
    [(r"( 3 , 5 + 1 ) \times 2 =", "9")],
    [("( 3 , 5 ) =", TOLD)],
    [("1 , 2 3 4 . 5 + 1 =", "1235.5")],
    [("1 . 2 3 4 , 5 + 1 =", "1235.5")],
    [("1 , 2 3 4 , 5 6 7 + 1 =", "1234568")],
    [("1 . 2 3 4 . 5 6 7 + 1 =", "1234568")],
    [("1 0 0 0 0 0 0 + 1 =", "1000001")],
    [("1 . 2 3 4 + 1 =", "2.234")],
    [("1 . 0 0 0 + 2 , 5 =", "! 1.000 may be 1000 beside decimal commas: write it without the point.")],
    [("1 . 0 0 0 + 1 =", "! 1.000 may be 1000 beside decimal commas: write it without the point."), ("a = 2 , 5", "")],
    [("0 . 1 2 5 + 2 , 5 =", "2.625"), ("1 . 0 0 0 0 + 2 , 5 =", "3.5")],
    [("1 , 2 , 3 =", TOLD)],
    [("5 - - 3 =", "8"), ("5 + - 3 =", "2"), (r"2 \times - 3 =", "-6"), ("- - 3 =", "3"), ("5 + + 3 =", TOLD)],
    # Per cent.
    [(r"2 0 0 + 1 0 \% =", "220"), (r"2 0 0 - 1 0 \% =", "180")],
    [(r"1 0 \% \cdot 5 0 =", "5"), (r"1 0 \% o f 5 0 =", "5")],
    [(r"5 0 \% =", "0.5"), (r"5 0 \%", "0.5")],
    [(r"5 \% + 5 \% =", "0.1")],
    [(r"1 0 0 + 1 0 \% + 1 0 \% =", "121")],
    [(r"2 0 0 + 1 0 \% \cdot 5 0 =", "205")],
    [(r"( 2 0 0 + 1 0 \% ) \cdot 2 =", "440")],
    [(r"p = 1 9 \%", "p = 0.19"), ("2 0 0 p =", "38"), ("2 0 0 + p =", "238"), ("p =", "0.19")],
    [(r"1 0 \% 5 0 =", TOLD), (r"1 0 \% . 5 0 =", TOLD), (r"1 0 \% 5 0", ""), ("=", "")],
    [(r"0 . 5 = 5 0 \%", "true")],
    # Letters behind a number that have a value are no units.
    [("m = 3", ""), ("5 m =", "15")],
    [("m = 3", ""), ("k = 2", ""), ("5 k m =", "30")],
    [("5 h =", "")],
]

ALGEBRA: list[Page] = [
    [("y + 1 =", "! y has no value yet.")],
    [("b + c =", "! b and c have no values yet."), ("a = 2", ""), ("a b + c =", "2b+c")],
    [("2 y + 3 y =", "5y"), ("y - y =", "0")],
    [("i =", "! i is the imaginary unit: nothing more can be worked out here."), (r"i \cdot i =", "-1")],
    # A question mark is what is asked for.
    [("5 + ? = 8", "? = 3"), ("? = 3 + 2", "? = 5"), (r"\frac{1 2}{?} = 4", "? = 3")],
    [("a = 3", ""), ("a + ? = 1 0", "? = 7"), ("?^{2} = 9", "? = -3, ? = 3"), ("5 + 3 = ?", "8")],
    [("? + ? = 8", ""), ("x ?", ""), ("? =", TOLD), ("3 ? = 6", ""), ("? < 3", "")],
    [("x^{2} - 4 = 0", "x = -2, x = 2"), ("x =", "! x has no value yet.")],
    [("2 x + 1 = 7", "x = 3"), ("x = 3", ""), ("x^{2} =", "9")],
    [("a = 2", ""), ("a x = 6", "x = 3")],
    [("3 = a", "a = 3"), ("a =", "! a has no value yet.")],
    [("x = 2 x - 3", "x = 3"), ("x =", "! x depends on itself.")],
    [("a = a + 1", "! a depends on itself."), ("a =", "! a depends on itself.")],
    [("a = a", "! a depends on itself.")],
    [("a = b + 1", "a = b+1"), ("b = a + 1", "! b depends on itself."), ("a =", "! b depends on itself.")],
    [("a = b", "a = b"), ("b = c", "b = c"), ("c = a", "! c depends on itself."), ("c = 2", ""), ("a =", "2")],
    [(r"a = \sqrt{2}", "a ≈ 1.4142"), ("a^{2} =", "2"), ("a =", "≈ 1.4142")],
    [(r"a = \sqrt{8}", "a = 2√(2) ≈ 2.8284"), ("a =", "2√(2) ≈ 2.8284")],
    [("r = 2", ""), (r"\pi r^{2} =", "4π ≈ 12.5664")],
    [(r"x = \sqrt{- 4}", "x = 2i"), ("x^{2} =", "-4")],
    [("f ( x ) = x^{2}", "f(x) = x²"), ("f ( 2 ) =", "4"), ("f ( 3 )^{2} =", "81")],
    [("f ( x ) = x^{2} + 1", "f(x) = x²+1"), ("f ( 3 ) + f ( 1 ) =", "12"), ("f ( x ) = 5", "x = -2, x = 2")],
    [("f ( x ) = x^{2}", "f(x) = x²"), ("g ( x ) = f ( x ) + 1", "g(x) = x²+1"), ("g ( 3 ) =", "10")],
    [("f ( x ) = x^{2}", "f(x) = x²"), ("f ( f ( 2 ) ) =", "16"), ("f ( a + 1 ) =", "(a+1)²")],
    [("f ( x ) = x", "f(x) = x"), ("f ( x ) = 2 x", "f(x) = 2x"), ("f ( 3 ) =", "6")],
    [("f ( x ) = x^{2}", "f(x) = x²"), ("x = 5", ""), ("f ( 2 ) =", "4"), ("f ( x ) =", "25")],
    [("f ( x ) = x", "f(x) = x"), ("f^{2} ( 3 ) =", TOLD)],
    [("P ( x ) = x + 1", "P(x) = x+1"), ("P ( 2 ) =", "3")],
    [
        ("f ( x ) = g ( x )", ""),
        ("g ( x ) = f ( x )", "! g depends on itself."),
        ("f ( 2 ) =", "! g depends on itself."),
    ],
    [
        ("f ( x ) = x + a", ""),
        ("g ( a ) = f ( a )", "! a stands for two things here: use another name for one of them."),
    ],
    [(r"f ( x ) = \frac{d}{d x} x^{2}", "f(x) = 2x"), ("f ( 2 ) =", "")],
    [("y = x^{2}", "y = x²"), ("y =", "x²"), ("x^{2} = 9", "x = -3, x = 3")],
    [("y = x^{2}", "y = x²"), ("y =", "! x is given a value only further down."), ("x = 3", ""), ("y =", "9")],
    [("y = 2 x + 1", "y = 2x+1"), ("y ( 2 ) =", TOLD)],
    [("y = 5 h", "y = 5h"), ("h = 2", ""), ("y =", "10")],
    [("a = 3", ""), (r"\sum_{a = 1}^{3} a =", "6"), (r"\int_{0}^{a} x d x =", "9/2 = 4.5")],
    [("n = 2", ""), ("z = 5 i n", "z = 10i"), ("z^{2} =", "-100")],
    [("2 x + 3 x =", "5x"), ("a = 2", ""), ("a x + 3 x =", "5x")],
    [("a = 3", ""), ("b = 4", ""), (r"c = \sqrt{a^{2} + b^{2}}", "c = 5"), ("c =", "5")],
    [("x = 5", ""), ("2 x + 3 y = 1 6", "y = 2")],
    [("5 t = 2 0", "t = 4"), ("5 m = 2 0", "m = 4")],
]

UNITS: list[Page] = [
    [("5 k m + 3 0 0 m =", "5.3 km"), ("3 0 0 m + 5 k m =", "5300 m")],
    [(r"5 k g \cdot 2 =", "10 kg"), (r"2 \cdot 5 k g =", "10 kg")],
    [("5 k m", ""), ("5 k m =", "")],
    [("3 m + 2 k g =", "! 3 m and 2 kg do not fit: a length and a mass cannot be added.")],
    [(r"2 k g \cdot 3 k m + 1 m i n =", "! 6 kg·km and 1 min do not fit: they cannot be added.")],
    [("5 k m + 3 =", "! 5 km and 3 do not fit: a length and a number without a unit cannot be added.")],
    [("a = 5 m", ""), ("b = 3 0 0 c m", ""), ("a + b =", "8 m"), ("a =", "5 m")],
    [("9 0^{o} + 4 5^{o} =", "135°"), (r"2 \cdot 9 0^{o} =", "180°")],
    [(r"9 0^{\circ} = ? r a d", "≈ 1.5708 rad")],
    [(r"\sin ( 3 0^{o} ) =", "1/2 = 0.5"), (r"\cos 6 0^{o} + 1 =", "3/2 = 1.5")],
    [(r"1 8 0 ° = \pi", "true"), (r"\pi \rightarrow °", "≈ 180°"), ("3 0 ° = 1", "false")],
    [("a = 5 k m", ""), ("b = 2 h", ""), (r"v = \frac{a}{b}", "v = 2.5 km/h"), ("v = ? m / s", "≈ 0.6944 m/s")],
    [(r"\frac{5 m}{2 s} =", "2.5 m/s"), ("5 h 3 0 m i n + 4 5 m i n =", "6.25 h"), (r"\sqrt[3]{8 m^{3}} =", "2 m")],
    [("a = 3 0^{o}", ""), (r"\sin a =", "1/2 = 0.5")],
    [(r"\sin 3 0^{0} =", "! A raised 0 may be a degree sign: write brackets around the power, or the sign larger.")],
    [
        (
            "2 0^{0} C + 5^{0} C =",
            "! A raised 0 may be a degree sign: write brackets around the power, or the sign larger.",
        )
    ],
    [(r"5^{0} + 1 =", "2")],
    [("2 0^{o} C = ? K", "293.15 K"), ("2 0 ° C + 5 K =", "25 °C"), ("2 0^{o} C - 5^{o} C =", "15 K")],
    [("2 0^{o} C + 5^{o} C =", "! Temperatures in °C and °F have no sum or product: write K for a difference.")],
    [("1 0 0^{o} C = ? ° F", "212 °F")],
    [("5 k m = ? m", "5000 m"), (r"4 5 m i n \rightarrow h", "0.75 h"), ("7 2 k m / h = ? m / s", "20 m/s")],
    [("1 0 k m = ? k g", "! A length cannot be given in kg.")],
    [(r"3 m / s \cdot 2 s =", "6 m"), (r"6 0 k m / h \cdot 2 h =", "120 km"), ("1 0 0 k m / 2 h =", "50 km/h")],
    [("2 h 3 0 m i n =", "2.5 h"), (r"\frac{1}{2} h + 1 5 m i n =", "0.75 h")],
    [(r"2 m \cdot 3 m =", "6 m²"), ("( 2 m )^{2} =", "4 m²"), (r"\sqrt{9 m^{2}} =", "3 m")],
    [("1 0 m / 5 k m =", "0.002"), (r"2 k m \cdot 3 m =", "6000 m²")],
    [("1 l + 5 0 0 m l =", "1.5 l"), ("1 l = ? c m^{3}", "1000 cm³")],
    [
        ("1 i n = 2 . 5 4 c m", "true"),
        ("3 m = 3 0 0 c m", "true"),
        ("1 0 0 k m / 3 h = 3 3 . 3 k m / h", "true, rounded"),
    ],
    [("3 m = 2 k g", "! 3 m and 2 kg do not fit: a length and a mass cannot be compared.")],
    [("5 m / 0 =", "! This divides by zero."), ("( 5 m )^{9 9 9 9} =", "! The result is too large to be written out.")],
    [("( ( ( 5 k m )^{2 0} )^{2 0} )^{2 0} =", "! The result is too large to be written out.")],
    [("2^{3 k m} =", "! An exponent cannot have a unit.")],
    [("r = 2 m", ""), (r"A = \pi r^{2}", "A ≈ 12.5664 m²"), ("A =", "≈ 12.5664 m²")],
    [(r"v = 1 0 \frac{m}{s}", ""), ("t = 5 s", ""), ("s = v t", "s = 50 m")],
    [("m = 5 k g", ""), ("g = 9 . 8 1 m / s^{2}", ""), ("F = m g", "F = 49.05 kg·m/s²")],
    [("m = 5 k g", ""), ("2 m =", "! Here m may be a unit or the name that has a value: use another name.")],
    [(r"5 k m + 1 0 \% =", "5.5 km")],
    [("| - 5 k m | =", "5 km"), ("- 5 k m + 1 k m =", "-4 km")],
]


def _shown(result: RowResult) -> str:
    assert not result.waiting
    assert result.value is None or not result.sentence
    return f"! {result.sentence}" if result.sentence else "" if result.value is None else result.value.text


def _worked_out(rows: Page, process: OwnProcess) -> list[str]:
    return [_shown(result) for result in Calculation(process).update(page(*(latex for latex, _ in rows)))]


def _expected(rows: Page) -> list[str]:
    return [text for _, text in rows]


@pytest.mark.parametrize("rows", ARITHMETIC, ids=lambda rows: rows[0][0])
def test_arithmetic(rows: Page) -> None:
    process = OwnProcess()

    assert _worked_out(rows, process) == _expected(rows)
    # Constant functions have a graph.
    assert all(statement.defines for statement in process.asked)


@pytest.mark.slow
@pytest.mark.parametrize("rows", ALGEBRA, ids=lambda rows: rows[0][0])
def test_algebra(rows: Page) -> None:
    assert _worked_out(rows, OwnProcess()) == _expected(rows)


@pytest.mark.slow
@pytest.mark.parametrize("rows", UNITS, ids=lambda rows: rows[0][0])
def test_units(rows: Page) -> None:
    pytest.importorskip("pint")

    assert _worked_out(rows, OwnProcess()) == _expected(rows)


def test_there_are_enough_pages() -> None:
    assert sum(map(len, (ARITHMETIC, ALGEBRA, UNITS))) >= 120
