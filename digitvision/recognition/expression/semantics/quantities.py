"""Values with units, by pint: what units are worth, and which fit. It is imported in the child process only."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.semantics.arithmetic import MOST_BITS, exact_value
from digitvision.recognition.expression.semantics.term_notation import number_row
from digitvision.recognition.expression.semantics.terms import ONE, Statement, Term, number
from digitvision.recognition.expression.semantics.units import SYMBOLS, UNITS, number_of_quantity, units_of
from digitvision.recognition.expression.semantics.value_faults import DIVIDES_BY_ZERO, NO_VALUE, TOO_LARGE, ValueFault
from digitvision.recognition.expression.semantics.values import (
    COMPARE,
    Value,
    decimal_of,
    decimal_row,
    is_rounded,
    number_value,
    truth,
)

_LARGEST_EXPONENT: Final = 20
_EQUAL: Final = 1e-12
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIFFERENCES: Final = {"delta_degree_Celsius": "K", "delta_degree_Fahrenheit": "°F"}
_MEASURES: Final = {
    "[length]1": "a length",
    "[mass]1": "a mass",
    "[time]1": "a time",
    "[temperature]1": "a temperature",
    "[length]2": "an area",
    "[length]3": "a volume",
    "[length]1 [time]-1": "a speed",
    "[length]1 [time]-2": "an acceleration",
    "[length]1 [mass]1 [time]-2": "a force",
    "[length]2 [mass]1 [time]-2": "an energy",
}
_SCALES: Final = frozenset({"degree_Celsius", "degree_Fahrenheit"})
_TEMPERATURES: Final = "Temperatures in °C and °F have no sum or product: write K for a difference."
_EXPONENT: Final = "An exponent cannot have a unit."


@functools.cache
def registry() -> Any:
    """Return pint's table of units, with exact factors."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


def quantity_value(statement: Statement, plain: Callable[[Statement], Value | None]) -> Value | None:
    """Return the value of a statement with units; None where there is none to be expected.

    Args:
        statement: The statement.
        plain: What works out statements without units: those in which the units were angles within functions.

    Raises:
        ValueFault: The units do not fit, or it has no value.
    """
    statement = replace(statement, sides=tuple(map(_with_plain_angles, statement.sides)))
    if not statement.has_units:
        return plain(statement)
    if any(side.free for side in statement.sides):
        return None
    found = [_evaluated(side) for side in statement.sides]
    if len(found) > 1:
        return _compared(statement, found)
    whole = found[0]
    if statement.unit is not None:
        return _shown(_converted(whole, statement.unit))
    if number_of_quantity(statement.sides[0]) is not None:
        return _shown(whole)
    return _shown(_reduced(whole))


def _with_plain_angles(term: Term) -> Term:
    """Return a term in which angles within sine, cosine and tangent are numbers: 30° is π/6."""
    if term.kind == "function" and term.name in ("sin", "cos", "tan"):
        units = units_of(term)
        if units and all(UNITS[name].measures == "angle" for name in units):
            return _in_radians(term)
    return replace(term, parts=tuple(map(_with_plain_angles, term.parts)))


def _in_radians(term: Term) -> Term:
    if term.kind == "unit":
        return ONE if term.name == "rad" else Term("quotient", (Term("constant", name="pi"), number(180)))
    return replace(term, parts=tuple(map(_in_radians, term.parts)))


def _evaluated(term: Term) -> Any:
    """Return a term's value: a Fraction or float, or pint's quantity of one."""
    if not units_of(term):
        return _plain_number(term)
    if term.kind == "unit":
        return registry().Quantity(Fraction(1), UNITS[term.name].name)
    if term.kind == "sum":
        return _sum(term.parts)
    if term.kind == "product" and len(term.parts) == 2 and term.parts[1].kind == "unit":
        # In one step, because a unit of temperature cannot be multiplied.
        times = _evaluated(term.parts[0])
        if not _is_quantity(times):
            return registry().Quantity(times, UNITS[term.parts[1].name].name)
    parts = [_evaluated(part) for part in term.parts]
    work = _WORK.get(term.kind)
    if work is None:
        raise ValueFault("This takes a number without a unit.")
    return _worked_out(work, parts)


def _worked_out(work: Callable[[Sequence[Any]], Any], parts: Sequence[Any]) -> Any:
    import pint

    try:
        found = work(parts)
        size = found.magnitude if _is_quantity(found) else found
        if isinstance(size, Fraction) and max(size.numerator.bit_length(), size.denominator.bit_length()) > MOST_BITS:
            raise ValueFault(TOO_LARGE)
        return found
    except pint.OffsetUnitCalculusError as error:
        raise ValueFault(_TEMPERATURES) from error


def _plain_number(term: Term) -> Fraction | float:
    exact = exact_value(term)
    if exact is not None:
        return exact
    import sympy

    from digitvision.recognition.expression.semantics.algebra import to_sympy

    found = sympy.N(to_sympy(term).doit(), 20)
    if not (found.is_Float or found.is_Rational) or not found.is_finite:
        raise ValueFault(NO_VALUE)
    return float(found)


def _is_quantity(value: Any) -> bool:
    return hasattr(value, "magnitude")


def _negative(parts: Sequence[Any]) -> Any:
    return -parts[0]


def _absolute(parts: Sequence[Any]) -> Any:
    return abs(parts[0])


def _sum(terms: Sequence[Term]) -> Any:
    total: Any = None
    for term in terms:
        minus = term.kind == "negative"
        part = _evaluated(term.parts[0] if minus else term)
        if total is None:
            total = _worked_out(_negative, [part]) if minus else part
            continue
        _check_fit(total, part, "added")
        if _is_temperature(total) and [*part.unit_items()] == [("kelvin", 1)]:
            # Degrees more or less, and no temperature.
            part = registry().Quantity(part.magnitude, "delta_degree_Celsius")
        total = _worked_out(_difference if minus else _sum_of_two, (total, part))
    return total


def _sum_of_two(parts: Sequence[Any]) -> Any:
    return parts[0] + parts[1]


def _difference(parts: Sequence[Any]) -> Any:
    return parts[0] - parts[1]


def _is_temperature(value: Any) -> bool:
    return _is_quantity(value) and any(name in _SCALES for name, _ in value.unit_items())


def _product(parts: Sequence[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total * part
    return total


def _quotient(parts: Sequence[Any]) -> Any:
    over, under = parts
    if (under.magnitude if _is_quantity(under) else under) == 0:
        raise ValueFault(DIVIDES_BY_ZERO)
    return over / under


def _power(parts: Sequence[Any]) -> Any:
    base, exponent = parts
    if _is_quantity(exponent):
        raise ValueFault(_EXPONENT)
    if not isinstance(exponent, Fraction) or abs(exponent) > _LARGEST_EXPONENT:
        raise ValueFault(TOO_LARGE)
    if exponent < 0 and base.magnitude == 0:
        raise ValueFault(DIVIDES_BY_ZERO)
    return base ** (int(exponent) if exponent.denominator == 1 else exponent)


def _root(parts: Sequence[Any]) -> Any:
    radicand, degree = parts
    if _is_quantity(degree) or not isinstance(degree, Fraction) or degree.denominator != 1 or degree < 1:
        raise ValueFault(_EXPONENT)
    size = radicand.magnitude
    if size < 0:
        raise ValueFault(NO_VALUE)
    unit = registry().Quantity(Fraction(1), radicand.units) ** (Fraction(1) / degree)
    return registry().Quantity(_root_of(size, int(degree)), unit.units)


def _root_of(size: Fraction | float, degree: int) -> Fraction | float:
    """Return a root, exactly where it is a fraction."""
    about: float = float(size) ** (1 / degree)
    if isinstance(size, Fraction):
        near = Fraction(about).limit_denominator(10**6)
        if near**degree == size:
            return near
    return about


_WORK: Final[dict[str, Callable[[Sequence[Any]], Any]]] = {
    "negative": _negative,
    "absolute": _absolute,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
}


def _check_fit(one: Any, other: Any, verb: str) -> None:
    """Check that two values can be added or compared.

    Raises:
        ValueFault: They cannot.
    """
    kinds = [_measure(value) for value in (one, other)]
    if kinds[0] == kinds[1]:
        return
    texts = [_text_of(value) for value in (one, other)]
    named = not any(kind.startswith("[") for kind in kinds)
    what = f"{kinds[0]} and {kinds[1]}" if named else "they"
    raise ValueFault(f"{texts[0]} and {texts[1]} do not fit: {what} cannot be {verb}.")


def _measure(value: Any) -> str:
    """Return what a value measures, `a length`; what has no name in English in pint's words, `[mass]2`."""
    if not _is_quantity(value):
        return "a number without a unit"
    if value.dimensionless:
        return "an angle" if _has_angle(value) else "a number without a unit"
    text = _dimension(value.dimensionality)
    return _MEASURES.get(text, text)


def _dimension(powers: Any) -> str:
    """Return pint's powers of dimensions as text: `[length]1 [time]-1`."""
    return " ".join(f"{name}{Fraction(power)}" for name, power in sorted(powers.items()))


def _has_angle(value: Any) -> bool:
    return any(name in ("degree", "radian") for name, _ in value.unit_items())


def _compared(statement: Statement, found: Sequence[Any]) -> Value:
    holds = True
    for place, (comparison, left, right) in enumerate(zip(statement.comparisons, found, found[1:], strict=False)):
        # Beside an angle, a number is one in radians.
        left, right = _angle_beside(left, right), _angle_beside(right, left)
        _check_fit(left, right, "compared")
        same = left.to(right.units) if _is_quantity(left) and _is_quantity(right) else left
        sizes = [value.magnitude if _is_quantity(value) else value for value in (same, right)]
        side = statement.sides[place + 1]
        written = number_of_quantity(side) or side
        exact = all(isinstance(size, Fraction) for size in sizes)
        close = not exact and math.isclose(float(sizes[0]), float(sizes[1]), rel_tol=_EQUAL)
        if comparison == "=" and not close and is_rounded(Fraction(sizes[0]), Fraction(sizes[1]), written):
            return Value("true, rounded", r"\text{true, rounded}", "truth", exact="true")
        holds = holds and bool(COMPARE[comparison](0 if close else sizes[0], 0 if close else sizes[1]))
    return truth(holds)


def _angle_beside(value: Any, other: Any) -> Any:
    """Return a number as an angle in radians if the other value is an angle; anything else as it is."""
    if _is_quantity(value) or not _is_quantity(other) or not _has_angle(other):
        return value
    return registry().Quantity(value, "radian")


def _converted(value: Any, unit: Term) -> Any:
    wanted = registry().Quantity(Fraction(1), _unit_of(unit))
    value = _angle_beside(value, wanted)
    if not _is_quantity(value) or _measure(value) != _measure(wanted):
        kind = _measure(value)
        # What has no name in English is told by its own text.
        told = kind[0].upper() + kind[1:] if kind.startswith(("a ", "an ")) else _text_of(value)
        raise ValueFault(f"{told} cannot be given in {_unit_text(wanted)}.")
    return value.to(wanted.units)


def _unit_of(term: Term) -> Any:
    """Return pint's unit of a term of units."""
    if term.kind == "unit":
        return registry().Unit(UNITS[term.name].name)
    if term.kind == "power":
        exponent = exact_value(term.parts[1])
        return _unit_of(term.parts[0]) ** int(exponent or 1)
    left, right = map(_unit_of, term.parts)
    return left / right if term.kind == "quotient" else left * right


def _reduced(value: Any) -> Any:
    """Return a value with one unit for each thing that it measures: km·m becomes km²."""
    if not _is_quantity(value):
        return value
    if value.dimensionless and not _has_angle(value):
        return value.to("").magnitude
    units = [name for name, _ in value.unit_items()]
    dimensions = [_dimension(registry().Unit(name).dimensionality).rstrip("-0123456789") for name in units]
    return value if len(set(dimensions)) == len(dimensions) else value.to_reduced_units()


def _shown(value: Any) -> Value:
    """Return the value that is shown of one of pint's quantities, or of a number, which is a Fraction or a float."""
    if not _is_quantity(value):
        if isinstance(value, Fraction):
            return number_value(value, decimals=True)
        return _about(Fraction(value), "", "")
    size, text = value.magnitude, _unit_text(value)
    gap = "" if text == "°" else " "
    latex = ("" if text == "°" else r"\,") + _unit_latex(value)
    if not isinstance(size, Fraction):
        return _about(Fraction(size), gap + text, latex)
    rounded, ends = decimal_of(size)
    if size.denominator == 1 and "e" not in rounded:
        row = number_row(size)
        whole = text_of_row(row) + gap + text
        return Value(whole, latex_of_row(row) + latex, "number", exact=whole)
    if ends:
        row = decimal_row(rounded)
        whole = text_of_row(row) + gap + text
        return Value(whole, latex_of_row(row) + latex, "number", exact=whole)
    return _about(size, gap + text, latex)


def _about(size: Fraction, unit: str, latex: str) -> Value:
    rounded, _ = decimal_of(size)
    row = decimal_row(rounded)
    text = text_of_row(row) + unit
    return Value(f"≈ {text}", rf"\approx {latex_of_row(row)}{latex}", "number", decimal=text)


def _text_of(value: Any) -> str:
    """Return a quantity as text, to be named in a sentence."""
    shown = _shown(value)
    return shown.exact or shown.decimal or shown.text


def _unit_parts(value: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the units above and below the line, each with its exponent, which is empty for one."""
    over: list[tuple[str, str]] = []
    under: list[tuple[str, str]] = []
    for name, power in value.unit_items():
        symbol = SYMBOLS.get(name, _DIFFERENCES.get(name, name))
        size = abs(Fraction(power))
        exponent = "" if size == 1 else str(size)
        (over if power > 0 else under).append((symbol, exponent))
    return over, under


def _unit_text(value: Any) -> str:
    """Return the unit of a quantity as text: `km/h`, `m²`."""
    over, under = _unit_parts(value)
    parts = ["·".join(name + exponent.translate(_RAISED) for name, exponent in part) for part in (over, under)]
    if not under:
        return parts[0]
    below = parts[1] if len(under) == 1 else f"({parts[1]})"
    return f"{parts[0] or '1'}/{below}"


def _unit_latex(value: Any) -> str:
    over, under = (r" \cdot ".join(_power_latex(*part) for part in parts) for parts in _unit_parts(value))
    if not under:
        return over
    several = len(_unit_parts(value)[1]) > 1
    return rf"{over or '1'}/{f'({under})' if several else under}"


def _power_latex(name: str, exponent: str) -> str:
    degree = r"{}^{\circ}"
    text = degree if name == "°" else r"\mathrm{" + name.replace("°", degree) + "}"
    return text + (f"^{{{exponent}}}" if exponent else "")
