"""The role of a class in an expression: how large it is written, and where it stands."""

from typing import Final

ROLES: Final[dict[str, str]] = {
    text: role
    for role, texts in {
        "small": "a c e m n o r s u v w x z α π σ ∞",
        "tall": "b d f h i k l t β δ θ λ ! ∃ ∀ Δ ∑ 0 1 2 3 4 5 6 7 8 9 "
        "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z",
        "hanging": "g j p q y γ μ ρ φ",
        "operator": "+ × ÷ ± *",
        "flat": "-",
        "relation": "= < > ≤ ≥ ≠ → ∈",
        "opening": "( [ {",
        "closing": ") ] }",
        "bar": "| /",
        "dot": ". ·",
        "comma": ",",
        "dots": "…",
        "word": "sin cos tan log lim",
        "integral": "∫",
        "root": "√",
        "raised": "\N{PRIME}",
    }.items()
    for text in texts.split()
}
"""Roles by the text of a class's label. Classes of one role may replace each other, and are written in one size."""


def role_of(text: str) -> str:
    """Return the role of a class; a class that shares its role with no other has its text as its role."""
    return ROLES.get(text, text)
