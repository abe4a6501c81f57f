"""What may follow what in a line."""

import numpy as np

from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.line.grammar import UNUSUAL, grammar_of
from digitvision.recognition.prediction import Label

LABELS = [Label(text, text) for text in ("7", "x", "×", "=", "(", "+", "-")]
TEXTS = [label.text for label in LABELS]


def test_a_sign_of_multiplication_has_something_before_it() -> None:
    grammar = grammar_of(LABELS)
    right = grammar.follows[:, RELATIONS.index("Right")]
    times, unknown = TEXTS.index("×"), TEXTS.index("x")

    assert grammar.begins[times] < UNUSUAL
    assert grammar.begins[unknown] == 0
    assert right[TEXTS.index("7"), times] == 0
    before = [TEXTS.index(text) for text in ("=", "(", "+", "-", "×")]
    assert (right[before, times] < UNUSUAL).all()
    assert np.all(right[before, unknown] == 0)


def test_an_unknown_stands_where_a_number_may_and_is_no_factor_between_digits() -> None:
    right = grammar_of(LABELS).follows[:, RELATIONS.index("Right")]
    digit, unknown = TEXTS.index("7"), TEXTS.index("x")

    assert right[digit, unknown] == 0, "7x"
    assert right[unknown, digit] <= UNUSUAL, "7×7 is no 7x7"
    assert right[unknown, TEXTS.index("=")] == 0
