"""Class names of data: their labels, and which of them are certainly foreign to some classes."""

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from digitvision.recognition.alphabets import CLASSES, DIGITS, LOWER, UPPER, look_alikes
from digitvision.training.data.labels import alphabet_of, is_foreign, label_of

_DIGITS: Final = frozenset(DIGITS)
_LETTERS: Final = frozenset(UPPER + LOWER)
_MATH: Final = frozenset(CLASSES["math"])
_ALL: Final = frozenset(CLASSES["all"])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (r"\heartsuit", _DIGITS),
        (r"\heartsuit", _ALL),
        (r"\Leftrightarrow", _ALL),
        (r"\aleph", _LETTERS),
        (r"\rho", _DIGITS),
        (r"\rho", frozenset("q")),
        (r"\mathcal{A}", _DIGITS),
        (r"\mathcal{A}", frozenset("BC")),
        (r"\alpha", _DIGITS),
        (r"\infty", _LETTERS),
        ("+", _DIGITS),
        ("7", frozenset("ABC")),
    ],
)
def test_what_looks_like_no_class_is_foreign(name: str, known: frozenset[str]) -> None:
    assert is_foreign(name, known)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        # A class itself, by whatever name.
        ("7", _DIGITS),
        (r"\alpha", frozenset("α")),
        ("COMMA", frozenset(",")),
        (r"\mid", frozenset("|")),
        # Signs that many writers write for one.
        (r"\rho", frozenset("p")),
        (r"\rho", _LETTERS),
        (r"\circ", _DIGITS),
        (r"\partial", _DIGITS),
        (r"\omega", _LETTERS),
        (r"\leqslant", _MATH),
        (r"\varphi", _MATH),
        (r"\triangle", _MATH),
        # What looks like something that a class looks like.
        (r"\circ", frozenset("O")),
        (r"\rho", frozenset("P")),
        (r"\nu", frozenset("r")),
        (r"\mid", _DIGITS),
        # A letter in a script of its own.
        (r"\mathcal{A}", _LETTERS),
        (r"\mathbb{R}", _LETTERS),
        (r"\mathds{1}", _DIGITS),
        (r"\mathfrak{S}", frozenset("5")),
        (r"\mathscr{c}", frozenset("C")),
    ],
)
def test_what_may_be_taken_for_a_class_is_not_foreign(name: str, known: frozenset[str]) -> None:
    assert not is_foreign(name, known)


@pytest.mark.parametrize("text", LOWER + UPPER)
def test_letters_are_foreign_among_digits_unless_they_look_like_one(text: str) -> None:
    assert is_foreign(text, _DIGITS) == (text not in "OoIlZzSsBbgq")


@pytest.mark.parametrize("sign", [r"\neg", r"\rceil"])
def test_a_corner_may_be_a_seven(sign: str) -> None:
    assert not is_foreign(sign, _DIGITS)


def test_a_corner_may_be_a_bracket_too() -> None:
    assert not is_foreign(r"\rceil", frozenset("]"))


@pytest.mark.parametrize("text", CLASSES["all"])
def test_no_class_is_foreign_where_it_or_its_likeness_is_known(text: str) -> None:
    latex = label_of(text).latex

    assert label_of(latex).text == text
    for name in (text, latex):
        assert not is_foreign(name, _ALL)
        assert not is_foreign(text, frozenset({text}))
        assert all(not is_foreign(text, frozenset({alike})) for alike in look_alikes(text))
        assert is_foreign(name, frozenset())


@pytest.mark.parametrize(
    "name", [r"\mathcal", r"\mathcal{}", r"\mathcal{AB}", r"\mathrm{lim}", r"\mathcal{\alpha}", "", "{A}", r"\math{A"]
)
def test_what_is_no_letter_in_a_script_is_read_as_it_stands(name: str) -> None:
    assert is_foreign(name, _LETTERS)


def test_among_the_signs_of_a_collection_most_are_foreign_and_no_known_one_is(shared: Path) -> None:
    with np.load(shared / "data" / "hasyv2" / "hasyv2_symbols_packed.npz") as data:
        names = [str(name) for name in data["label_names"]]

    foreign = [name for name in names if is_foreign(name, _ALL)]

    assert {r"\heartsuit", r"\aleph", r"\Leftrightarrow", r"\nabla", r"\otimes"} <= set(foreign)
    assert 50 < len(foreign) < len(names) / 2
    assert not [name for name in foreign if label_of(name).text in _ALL]


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("7", "7", "7"),
        ("COMMA", ",", ","),
        ("#", "#", r"\#"),
        (r"\#", "#", r"\#"),
        (r"\alpha", "α", r"\alpha"),
        (r"\sqrt{}", "√", r"\sqrt"),
        (r"\to", "→", r"\rightarrow"),
        (r"\heartsuit", r"\heartsuit", r"\heartsuit"),
    ],
)
def test_a_name_has_a_text_to_type_and_one_for_latex(name: str, text: str, latex: str) -> None:
    label = label_of(name)

    assert (label.text, label.latex) == (text, latex)


@pytest.mark.parametrize(
    ("names", "alphabet"),
    [("07", "digits"), ("AB", "upper"), ("ab", "lower"), ("aB", "letters"), ("1+", "math"), ("1a", "all")],
)
def test_the_smallest_alphabet_that_holds_all_classes(names: str, alphabet: str) -> None:
    assert alphabet_of(tuple(names)) == alphabet
