"""Percent and degree signs in equations, which the networks do not know; and signs that are typed."""

import numpy as np
import pytest

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.values import value_at_once
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.recognition.signs.degree_signs import has_doubtful_degree, is_degree, with_degrees
from digitvision.recognition.signs.stand_ins import stands_well, with_stand_ins
from tests.recognition.expression.trees import tree_of
from tests.recognition.line.rows import PERCENTS, mixed_number, row

_kept: list[EquationRecognizer] = []


def _shipped() -> EquationRecognizer:
    if not _kept:
        _kept.append(EquationRecognizer(default_expression_model(ModelStore())))
    return _kept[0]


@pytest.mark.parametrize("shape", PERCENTS)
@pytest.mark.parametrize("text", ["5%", "50%", "100%", "7%"])
def test_percentages_are_read(text: str, shape: str) -> None:
    drawing = row(text, percent=PERCENTS[shape])

    reading = _shipped().read(drawing, top=3)

    assert reading.text == text
    assert sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes) == list(range(len(drawing.strokes)))
    assert reading.glyphs[-1].candidates[0].latex == r"\%"
    assert len(reading.glyphs[-1].strokes) == len(PERCENTS[shape])


def test_a_sum_with_a_percentage_has_its_value() -> None:
    reading = _shipped().read(row("200+10%="), top=3)

    assert reading.text == "200+10%="
    assert reading.tree is not None
    statement = statement_of(reading.tree)
    assert statement is not None
    value = value_at_once(statement)
    assert value is not None
    assert value.text == "220"


@pytest.mark.parametrize("text", ["9/0", "100", "10/9"])
def test_other_rings_and_slashes_are_no_percent_sign(text: str) -> None:
    assert "%" not in _shipped().read(row(text), top=3).text


@pytest.mark.parametrize("text", ["20°", "360°"])
def test_a_small_ring_on_a_number_is_a_degree_sign(text: str) -> None:
    reading = _shipped().read(row(text, gap=12), top=3)

    assert reading.text == text
    assert reading.latex == " ".join(text[:-1]) + r"^{\circ}"


def _value(reading: Reading) -> str | None:
    assert reading.tree is not None
    statement = statement_of(reading.tree)
    value = None if statement is None else value_at_once(statement)
    return None if value is None else value.text


@pytest.mark.parametrize(("text", "value"), [("1,5+2,5=", "4"), ("3,2-1=", "2.2"), ("1.5+2.5=", "4")])
def test_a_low_stroke_between_digits_is_a_decimal_comma_and_a_dot_a_point(text: str, value: str) -> None:
    reading = _shipped().read(row(text), top=3)

    assert reading.text == text
    assert _value(reading) == value


@pytest.mark.parametrize(("text", "value"), [("|-7|=", "7"), ("|2-9|=", "7"), ("8-|-3|=", "5")])
def test_lines_that_stick_out_around_a_sum_are_bars(text: str, value: str) -> None:
    reading = _shipped().read(row(text), top=3)

    assert reading.text == text
    assert _value(reading) == value


@pytest.mark.parametrize(
    ("whole", "above", "below", "value"), [(2, 1, 4, "9/4"), (3, 2, 5, "17/5"), (12, 1, 2, "25/2")]
)
def test_a_fraction_beside_the_middle_of_a_digit_makes_a_mixed_number(
    whole: int, above: int, below: int, value: str
) -> None:
    reading = _shipped().read(mixed_number(whole, above, below), top=3)

    assert reading.latex == rf"{' '.join(str(whole))} \frac{{{above}}}{{{below}}}"
    assert (_value(reading) or "").split(" ")[0] == value
    # It may be a product as well.
    assert not reading.sure


@pytest.mark.parametrize("text", ["5\N{PRIME}", "6\N{DOUBLE PRIME}", "5\N{PRIME}8\N{DOUBLE PRIME}"])
def test_short_raised_strokes_behind_digits_are_primes(text: str) -> None:
    assert _shipped().read(row(text, gap=12), top=3).text == text


@pytest.mark.parametrize(("text", "value"), [("030 123456", None), ("0171 234+1=", None), ("12 345+5 000=", "17345")])
def test_gaps_between_digits_are_kept_and_part_what_is_no_thousands(text: str, value: str | None) -> None:
    reading = _shipped().read(row(text), top=3)

    assert reading.text == text
    assert _value(reading) == value


def test_what_the_user_has_said_of_a_sign_stays() -> None:
    drawing = row("1,5+2,5=")
    comma = next(glyph for glyph in _shipped().read(drawing, top=1).glyphs if glyph.candidates[0].text == ",")
    chosen = Corrections().with_label(comma.strokes, ".")

    assert _shipped().read(drawing, top=3, corrections=chosen).text == "1.5+2,5="


@pytest.mark.parametrize(
    ("typed", "text"),
    [("%", "40%"), ("°", "40°"), ("?", "40?"), ("\N{PRIME}", "40\N{PRIME}"), ("δ", "40δ"), ("K", "40K")],
)
def test_signs_that_the_networks_do_not_know_can_be_chosen(typed: str, text: str) -> None:
    drawing = row("407")
    last = _shipped().read(drawing, top=1).glyphs[-1]
    latex = {label.text: label.latex for label in last.prediction.labels}[typed]

    reading = _shipped().read(drawing, top=3, corrections=Corrections().with_label(last.strokes, latex))

    assert reading.text == text
    assert reading.glyphs[-1].candidates[0].text == typed


def test_strokes_that_stand_in_lead_back_to_those_that_were_drawn() -> None:
    points = np.arange(5 * 32 * 2, dtype=np.float64).reshape(5, 32, 2)
    standing = with_stand_ins(points, [(1, 3)])

    assert [tuple(own) for own in standing.of] == [(0,), (1, 3), (2,), (4,)]
    box = points[[1, 3]]
    assert np.allclose(standing.points[1].min(axis=0), box.min(axis=(0, 1)), atol=2)
    assert np.allclose(standing.points[1].max(axis=0), box.max(axis=(0, 1)), atol=2)
    assert (standing.points[2] == points[2]).all()
    moved = standing.corrections(Corrections().with_label({4}, "x"))
    assert dict(moved.labels) == {frozenset({3}): "x", frozenset({1}): r"\%"}
    tree = LayoutTree((Symbol("1", (0,)), Symbol(r"\%", (1,))), ((0, 1, "Right"),))
    assert standing.tree(tree).symbols[1].strokes == (1, 3)


@pytest.mark.parametrize(
    ("latex", "well"),
    [
        (r"5 0 \%", True),
        (r"2 0 0 + 1 0 \% =", True),
        (r"( 2 + 3 ) \%", True),
        (r"5 \% o f 2", True),
        (r"\% 5", False),
        (r"5 \% 0", False),
        (r"5 \%^{2}", False),
        (r"x^{\%}", False),
        (r"+ \%", False),
    ],
)
def test_where_a_percent_sign_may_stand(latex: str, well: bool) -> None:
    assert stands_well(tree_of(latex)) == well


_DIGIT = (0.0, 0.0, 6.0, 10.0)


@pytest.mark.parametrize(
    ("ring", "degree"),
    [((7, -0.5, 9, 2), True), ((7, 0, 13, 6), False), ((7, 7, 9, 9), False), ((1, 0, 3, 2), False)],
    ids=["small and high", "too large", "too low", "above the digit"],
)
def test_a_degree_sign_is_small_and_high(ring: tuple[float, ...], degree: bool) -> None:
    assert is_degree(np.array(ring, np.float64), np.array(_DIGIT)) == degree


_BOXES = np.array([(0, 0, 6, 10), (7, -0.5, 9, 2), (12, 0, 18, 10)], np.float64)


def test_a_ring_on_a_letter_stays_an_exponent() -> None:
    tree = tree_of("x^{0} + 1")
    assert with_degrees(tree, np.vstack([_BOXES, _BOXES[2:]]), Corrections()) is tree


def test_what_the_user_chose_stays_a_zero() -> None:
    tree = tree_of("5^{0} = 1")
    boxes = np.vstack([_BOXES, _BOXES[2:]])

    assert with_degrees(tree, boxes, Corrections()).latex == r"5^{\circ} = 1"
    assert with_degrees(tree, boxes, Corrections().with_label({1}, "0")) is tree


def test_a_degree_sign_that_was_chosen_beside_a_number_is_raised() -> None:
    tree = tree_of(r"5 \circ + 1")
    assert with_degrees(tree, np.vstack([_BOXES, _BOXES]), Corrections()).latex == r"5^{\circ} + 1"


@pytest.mark.parametrize(
    ("latex", "doubtful"),
    [
        (r"5^{\circ}", True),
        (r"\sin 5^{\circ}", False),
        (r"3 5^{\circ}", False),
        (r"5^{\circ} C", False),
        ("x^{0}", False),
    ],
)
def test_a_ring_on_one_digit_is_in_doubt(latex: str, doubtful: bool) -> None:
    tree = tree_of(latex)
    assert has_doubtful_degree(tree, np.tile(_BOXES[:1], (len(tree.symbols), 1))) == doubtful


def test_a_small_zero_on_a_digit_is_in_doubt() -> None:
    tree = tree_of("5^{0}")
    small, large = np.array([_DIGIT, (7, -4, 12, 1)]), np.array([_DIGIT, (7, -6, 12, 2)])

    assert has_doubtful_degree(tree, small)
    assert not has_doubtful_degree(tree, large)
