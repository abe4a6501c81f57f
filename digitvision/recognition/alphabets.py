"""The alphabets that models read within, and which classes look alike."""

from collections.abc import Iterable
from typing import Final

ALPHABETS: Final = ("digits", "upper", "lower", "letters", "math", "all")

DIGITS: Final = tuple("0123456789")
UPPER: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LOWER: Final = tuple("abcdefghijklmnopqrstuvwxyz")

_MATH: Final = (
    "0 1 2 3 4 5 6 7 8 9 A B C E F G H I L M N P R S T V X Y a b c d e f g h i j k l m n o p q r s t u v w x y z "
    "! ( ) + , - . / < = > [ ] { | } Δ α β γ θ λ μ π σ φ cos sin tan lim log "
    "÷ × ± ∃ ∀ ≥ ≤ ≠ ∈ ∞ ∫ ∑ √ … ′ →"
)
MATH: Final = tuple(_MATH.split())
"""The 101 classes of the competition on recognition of handwritten mathematics (CROHME 2014)."""

SIGNS: Final = tuple("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
"""The signs of ASCII."""

CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "digits": DIGITS,
    "upper": UPPER,
    "lower": LOWER,
    "letters": UPPER + LOWER,
    "math": MATH,
    "all": tuple(dict.fromkeys(DIGITS + UPPER + LOWER + MATH + SIGNS)),
}
"""The classes of every alphabet, by the text of their labels."""

LOOK_ALIKES: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(group.split())
    for group in (
        "0 O o",
        "1 l I | /",
        "1 7",
        "2 Z z",
        "5 S s",
        "6 b",
        "9 q g",
        "x X ×",
        "c C ( <",
        "k K",
        "m M",
        "p P ρ",
        "u U v V",
        "v V r √",
        "w W",
        "y Y γ",
        "j J",
        "i I",
        "f F ∫",
        "t T +",
        "n N",
        "- _ −",
        ". , ' ` ′",
        "B β 8",
        "a α",
        "∈ E ϵ",
        "∑ E",
        "> )",
        "σ 6",
        "θ 0",
    )
)
"""Groups of classes, by the text of their labels, that many writers distinguish only by size, position or context."""


def look_alikes(text: str) -> frozenset[str]:
    """Return the classes that look like the class of this text, without itself."""
    return frozenset().union(*(group for group in LOOK_ALIKES if text in group)) - {text}


def mistakable(text: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return those of the other classes that look like this one, in their own order."""
    alike = look_alikes(text)
    return tuple(other for other in others if other in alike)
