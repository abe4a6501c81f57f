"""An expression as plain text, as a person would type it: `x²+1`, `(x²+1)/2`, `√(x)`, `∫₀¹ x² dx`."""

from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.structure import (
    Atom,
    Base,
    Fenced,
    Fraction,
    Item,
    Root,
    Row,
    Scripted,
    base_kind,
    base_of,
    is_atom,
    stands_for_a_value,
    structure_of,
)
from digitvision.recognition.expression.notation.symbols import text_of_label

_RAISED: Final = dict(zip("0123456789+-=()ni°", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ°", strict=True))
_LOWERED: Final = dict(zip("0123456789+-=()aeoxhklmnpstijruv", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", strict=True))
_NAMED_ROOTS: Final = {"3": "∛", "4": "∜"}
_PRIME: Final = text_of_label(r"\prime")
_DOUBLE_PRIME: Final = "\N{DOUBLE PRIME}"
_WORDS: Final = frozenset({"function", "big"})


def text_of(tree: LayoutTree) -> str:
    """Return the expression in Unicode, on one line, with brackets wherever the meaning would change without.

    Digits in a row are joined, and scripts are written with raised and lowered signs where Unicode has all of them.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    return text_of_row(structure_of(tree))


def text_of_row(row: Row) -> str:
    """Return a row as plain text, see `text_of`."""
    parts: list[str] = []
    for index, item in enumerate(row):
        before = row[index - 1] if index else None
        after = row[index + 1] if index + 1 < len(row) else None
        if before is not None and _needs_space(before, item, parts[-1]):
            parts.append(" ")
        parts.append(_item(item, alone=not (_is_factor(before) or _is_factor(after))))
    return "".join(parts)


def _needs_space(before: Item, item: Item, written: str) -> bool:
    """Whether a space stands between two neighbours."""
    kind, follows = base_kind(before), base_kind(item)
    if kind == "comma" or follows == "differential" or (kind == "big" and not is_atom(before, "big")):
        return True
    if is_atom(before, "other") and kind == "other" and follows in ("letter", "number"):
        return base_of(before) != Atom("other", "!")
    if not stands_for_a_value(item):
        # An operator needs no space.
        return False
    if kind in _WORDS:
        return follows != "fenced" or (isinstance(before, Scripted) and not written.endswith(_characters(_RAISED)))
    if not stands_for_a_value(before):
        return False
    if follows == "function":
        return True
    # A number after a number, or anything after a script that is written out, would join it.
    runs_on = follows == "number" and kind in ("number", "letter") and not written.endswith((_PRIME, _DOUBLE_PRIME))
    spelled_out = isinstance(before, Scripted) and written[-1].isalnum() and not written.endswith(_characters(_LOWERED))
    return runs_on or (spelled_out and not written.endswith(_characters(_RAISED)))


def _characters(table: dict[str, str]) -> tuple[str, ...]:
    return tuple(table.values())


def _is_factor(item: Item | None) -> bool:
    return item is not None and (stands_for_a_value(item) or is_atom(item, "other"))


def _item(item: Item, *, alone: bool) -> str:
    if isinstance(item, Scripted):
        return _scripted(item)
    if isinstance(item, Fraction):
        return _fraction(item) if alone else f"({_fraction(item)})"
    return _base(item)


def _base(base: Base) -> str:
    if isinstance(base, Atom):
        # The keyboard's minus, which other programs can read.
        return base.label if base.kind == "number" or base.label == "-" else text_of_label(base.label)
    if isinstance(base, Fraction):
        return f"({_fraction(base)})"
    if isinstance(base, Fenced):
        return _base(base.opening) + text_of_row(base.inside) + _base(base.closing)
    return _root(base)


def _fraction(fraction: Fraction) -> str:
    return f"{_part_of_fraction(fraction.above)}/{_part_of_fraction(fraction.below)}"


def _part_of_fraction(row: Row) -> str:
    text = text_of_row(row)
    is_plain = len(row) == 1 and base_kind(row[0]) in ("number", "letter", "root", "fenced")
    if is_plain and isinstance(row[0], Fenced):
        is_plain = row[0].opening.label in ("(", "|")
    return text if is_plain else f"({text})"


def _root(root: Root) -> str:
    inside = text_of_row(root.inside)
    only = root.inside[0] if len(root.inside) == 1 else None
    if isinstance(only, Fenced) and only.opening.label == "(":
        inside = text_of_row(only.inside)
    if root.degree is None:
        return f"√({inside})"
    degree = text_of_row(root.degree)
    named = _NAMED_ROOTS.get(degree)
    return f"{named}({inside})" if named else f"root({degree}, {inside})"


def _scripted(item: Scripted) -> str:
    text = _base(item.base)
    if isinstance(item.base, Root):
        text = f"({text})"
    if item.below is not None:
        text += _script(item.below, "_", _LOWERED)
    if item.above is not None:
        primes = _primes(item.above)
        text += primes or _script(item.above, "^", _RAISED)
    return text


def _primes(row: Row) -> str:
    labels = [item.label if isinstance(item, Atom) else "" for item in row]
    if not all(label == r"\prime" for label in labels):
        return ""
    return _DOUBLE_PRIME if len(row) == 2 else _PRIME * len(row)


def _script(row: Row, sign: str, table: dict[str, str]) -> str:
    text = text_of_row(row)
    if text and all(one in table for one in text):
        return "".join(table[one] for one in text)
    if (len(row) == 1 and is_atom(row[0], "number", "letter")) or text == text_of_label(r"\infty"):
        return sign + text
    return f"{sign}({text})"
