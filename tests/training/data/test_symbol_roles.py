"""Roles in expressions: every class has exactly one, and classes that share a role are written alike."""

from typing import Final

import pytest

from digitvision.recognition.alphabets import CLASSES, DIGITS, LOWER, MATH, UPPER
from digitvision.training.data.symbol_roles import ROLES, role_of

_ALIKE: Final = tuple(
    frozenset(texts.split())
    for texts in (
        "a c e m n o r s u v w x z α π σ ∞",
        f"b d f h i k l t β δ θ λ ! ∃ ∀ Δ ∑ {' '.join(DIGITS + UPPER)}",
        "g j p q y γ μ ρ φ",
        "+ × ÷ ± *",
        "-",
        "= < > ≤ ≥ ≠ → ∈",
        "( [ {",
        ") ] }",
        "| /",
        ". ·",
        ",",
        "…",
        "sin cos tan log lim",
        "∫",
        "√",
        "′",
    )
)
"""Groups of classes that are written in one size and may replace each other, listed independently of the roles."""


def test_classes_share_a_role_exactly_if_they_are_written_alike() -> None:
    shared = {frozenset(text for text in ROLES if ROLES[text] == role) for role in ROLES.values()}

    assert shared == set(_ALIKE)
    assert sum(map(len, _ALIKE)) == len(ROLES)


@pytest.mark.parametrize("text", sorted({*MATH, *UPPER, *LOWER, *DIGITS}))
def test_every_class_of_mathematics_letters_and_digits_has_a_role(text: str) -> None:
    assert text in ROLES
    assert role_of(text) == ROLES[text] != ""


@pytest.mark.parametrize("text", LOWER)
def test_a_small_letter_reaches_up_or_down_or_does_not(text: str) -> None:
    expected = "small" if text in "acemnorsuvwxz" else "hanging" if text in "gjpqy" else "tall"

    assert role_of(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("c", "C"), ("x", "X"), ("o", "0"), ("s", "S"), ("p", "P"), ("v", "V"), (",", ")"), ("′", "1"), ("-", "="),
        ("-", "+"), (".", "…"),
        ("x", "×"), ("(", ")"), ("∫", "f"), ("√", "v"), (".", "o"), ("|", "1"), ("g", "9"), ("q", "9"), ("y", "Y"),
        ("sin", "s"), ("=", "+"), (",", "1"), ("∞", "8"), ("c", "("),
    ],
)  # fmt: skip
def test_classes_that_differ_in_size_or_position_only_have_different_roles(one: str, other: str) -> None:
    assert role_of(one) != role_of(other)


def test_only_classes_with_a_position_of_their_own_are_alone_in_their_role() -> None:
    roles = [role_of(text) for text in MATH]

    assert {text for text in MATH if roles.count(role_of(text)) == 1} == {"∫", "√", "′", "-", ".", ",", "…"}


@pytest.mark.parametrize("text", sorted({*CLASSES["all"], "ß", "\\heartsuit"} - set(ROLES)))
def test_an_unknown_class_has_a_role_of_its_own(text: str) -> None:
    assert role_of(text) == text
    assert text not in ROLES.values()
