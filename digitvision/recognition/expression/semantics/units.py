"""The units that can be written, how they are written, and where letters of a row are one.

Handwriting has no upright letters, so that `5 km` could be the product of 5, k and m. What stands directly behind a
number, and spells a unit to the end of its letters, is a unit if not all of these letters have a value as names. That
holds for what hardly is a product, such as `km`, `min` and `°`; the others, `m` and `ft`, are units only in a row
that has a meaning with them and nothing unknown, see `means_units`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.recognition.expression.notation.structure import Atom, Fraction, Item, Row, Scripted, base_of, is_atom
from digitvision.recognition.expression.notation.symbols import text_of_label
from digitvision.recognition.expression.semantics.row_cursor import CONSTANTS, Names
from digitvision.recognition.expression.semantics.terms import Statement, Term, number
from digitvision.recognition.expression.semantics.written_numbers import UnclearError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    Attributes:
        name: Its name in pint's table.
        measures: What it measures: `length`, `mass`, `time`, `angle`, `temperature` or `volume`.
        certain: Whether its letters are hardly ever a product.
    """

    name: str
    measures: str
    certain: bool = False


UNITS: Final[dict[str, Unit]] = {
    "m": Unit("meter", "length"),
    "km": Unit("kilometer", "length", certain=True),
    "dm": Unit("decimeter", "length", certain=True),
    "cm": Unit("centimeter", "length", certain=True),
    "mm": Unit("millimeter", "length", certain=True),
    "μm": Unit("micrometer", "length", certain=True),
    "nm": Unit("nanometer", "length"),
    "in": Unit("inch", "length"),
    "ft": Unit("foot", "length"),
    "yd": Unit("yard", "length"),
    "mi": Unit("mile", "length"),
    "g": Unit("gram", "mass"),
    "kg": Unit("kilogram", "mass", certain=True),
    "mg": Unit("milligram", "mass", certain=True),
    "lb": Unit("pound", "mass"),
    "oz": Unit("ounce", "mass"),
    "s": Unit("second", "time"),
    "sec": Unit("second", "time", certain=True),
    "ms": Unit("millisecond", "time"),
    "min": Unit("minute", "time", certain=True),
    "h": Unit("hour", "time"),
    "°": Unit("degree", "angle", certain=True),
    "rad": Unit("radian", "angle"),
    "°C": Unit("degree_Celsius", "temperature", certain=True),
    "°F": Unit("degree_Fahrenheit", "temperature", certain=True),
    "K": Unit("kelvin", "temperature"),
    "l": Unit("liter", "volume"),
    "L": Unit("liter", "volume"),
    "ml": Unit("milliliter", "volume"),
    "cl": Unit("centiliter", "volume"),
    "dl": Unit("deciliter", "volume"),
}
"""Units by how they are written."""

SYMBOLS: Final = {unit.name: text for text, unit in reversed(UNITS.items())}
"""How units are written, by their names."""

_DEGREE_SIGNS: Final = frozenset({"°", r"\degree", r"\circ", "∘", "˚", "º"})
_DEGREE_SCRIPTS: Final = _DEGREE_SIGNS | {"o", "O"}


def unit(text: str) -> Term:
    """Return the term of a unit."""
    return Term("unit", name=text)


def units_of(term: Term) -> frozenset[str]:
    """Return the units in a term."""
    return frozenset(one.name for one in term.everything() if one.kind == "unit")


def is_degree_script(item: Item) -> bool:
    """Whether an item is a number with a raised circle, which may have been read as the letter o."""
    if not isinstance(item, Scripted) or item.below is not None or item.above is None or len(item.above) != 1:
        return False
    above = item.above[0]
    return is_atom(item.base, "number") and isinstance(above, Atom) and above.label in _DEGREE_SCRIPTS


def unit_at(items: Sequence[Item], at: int, names: Names, *, degree: bool = False) -> tuple[Term, int] | None:
    r"""Read the unit that stands at a place of a row: `km`, `m^{2}`, `\frac{m}{s}`, `°C`.

    Args:
        items: The row.
        at: The place, which may be its end.
        names: What is known of letters.
        degree: Whether a degree sign stands before that place.

    Returns:
        The unit's term and the place after it; None where there is no unit.

    Raises:
        UnclearError: The letters have a value that has a unit itself, so that either may be meant.
    """
    if degree or (at < len(items) and _text(items[at]) in _DEGREE_SIGNS):
        at += not degree
        scale = _text(items[at]) if at < len(items) else ""
        # What follows the scale may not be a letter, as that of a name would be.
        alone = at + 1 >= len(items) or not is_atom(items[at + 1], "letter")
        if scale in ("C", "F") and alone:
            return unit(f"°{scale}"), at + 1
        return unit("°"), at
    if at < len(items) and isinstance(items[at], Fraction):
        return _unit_fraction(items, at, names)
    return _unit_run(items, at, names)


def _unit_fraction(items: Sequence[Item], at: int, names: Names) -> tuple[Term, int] | None:
    fraction = items[at]
    assert isinstance(fraction, Fraction)
    over, under = _whole_unit(fraction.above, names), _whole_unit(fraction.below, names)
    return None if over is None or under is None else (Term("quotient", (over, under)), at + 1)


def _whole_unit(row: Row, names: Names) -> Term | None:
    found = _unit_run(row, 0, names)
    return found[0] if found is not None and found[1] == len(row) else None


def _unit_run(items: Sequence[Item], at: int, names: Names) -> tuple[Term, int] | None:
    letters: list[str] = []
    power: Term | None = None
    while at < len(items) and power is None:
        base = base_of(items[at])
        if not isinstance(base, Atom) or base.kind != "letter":
            break
        item = items[at]
        if isinstance(item, Scripted):
            power = _power(item)
            if power is None:
                return None
        letters.append(text_of_label(base.label))
        at += 1
    text = "".join(letters).replace("µ", "μ")
    if text not in UNITS:
        return None
    found = unit(text)
    # What may be a product holds i for the imaginary unit: 5in.
    known = names.values if UNITS[text].certain else names.values | CONSTANTS.keys()
    if known.issuperset(letters):
        if names.quantities.intersection(letters):
            if _divided_by_unit(items, at, names):
                return (found if power is None else Term("power", (found, power))), at
            raise UnclearError(f"Here {text} may be a unit or the name that has a value: use another name.")
        return None
    return (found if power is None else Term("power", (found, power))), at


def _divided_by_unit(items: Sequence[Item], at: int, names: Names) -> bool:
    """Whether what follows is `/s`, where s has no value: letters before it are a unit, too."""
    return at < len(items) and _text(items[at]) == "/" and _unit_run(items, at + 1, names) is not None


def _power(item: Scripted) -> Term | None:
    if item.below is not None or item.above is None:
        return None
    labels = [_text(one) for one in item.above]
    digits = labels[1:] if labels[:1] == ["-"] else labels
    if len(digits) != 1 or not digits[0].isdecimal() or len(digits[0]) > 1:
        return None
    power = number(int(digits[0]))
    return Term("negative", (power,)) if len(labels) > 1 else power


def _text(item: Item) -> str:
    return item.label if isinstance(item, Atom) else ""


def means_units(statement: Statement, known: frozenset[str]) -> bool:
    """Whether the units in a statement are meant as units.

    Those that are certain are. Letters that may as well be unknowns are only where nothing unknown is left beside
    them, no number without a unit is added or compared (`5 t = 20` asks for t), and the whole is no function of them
    (`y = 5 h`).

    Args:
        statement: A statement that was interpreted with units.
        known: Names that have a value.
    """
    found = frozenset().union(*map(units_of, (*statement.sides, *([statement.unit] if statement.unit else []))))
    if any(UNITS[name].certain for name in found) or statement.unit is not None:
        return bool(found)
    sides = statement.sides
    if not found or statement.defines is not None:
        return False
    if statement.comparisons == ("=",) and sides[0].kind == "symbol":
        if sides[0].name in ("x", "y"):
            return False
        sides = sides[1:]
    if any(side.free - known for side in sides):
        return False
    return all(map(_has_unit, sides)) if len(sides) > 1 else _has_unit(sides[0])


def _has_unit(term: Term) -> bool:
    """Whether a term's value may have a unit, or is without one only where units cancel out or names may have some."""
    if term.kind == "sum":
        return all(map(_has_unit, term.parts))
    return bool(units_of(term)) or bool(term.free)


def number_of_quantity(term: Term) -> Term | None:
    """Return the number of a quantity as it is written, `9.81 m/s²`, where there is nothing to work out.

    None for any other term.
    """
    if term.kind == "number":
        return term
    if term.kind == "negative" and term.parts[0].kind != "negative":
        return number_of_quantity(term.parts[0])
    if term.kind in ("product", "quotient") and all(map(_is_unit, term.parts[1:])):
        return number_of_quantity(term.parts[0])
    return None


def _is_unit(term: Term) -> bool:
    if term.kind in ("product", "quotient"):
        return all(map(_is_unit, term.parts))
    return term.kind == "unit" or (term.kind == "power" and _is_unit(term.parts[0]))
