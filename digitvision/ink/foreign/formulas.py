"""Formulas of InkML's mappings, in content MathML: arithmetic and the usual functions of the channels' values.

Nothing is executed: a formula becomes a tree of a bounded size while the file is read, and each of its operators is one
of a fixed table. A formula with anything else is none.
Source: W3C, "Mathematical Markup Language (MathML) Version 3.0", Recommendation of 21 October 2010, chapter 4.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.foreign.units import number

_MOST_PARTS: Final = 100
_DEEPEST: Final = 30

Number = NDArray[np.float64] | float


def _folded(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *given: functools.reduce(operation, given)


_OPERATORS: Final[dict[str, tuple[int, int, Callable[..., Any]]]] = {
    "plus": (1, _MOST_PARTS, _folded(np.add)),
    "times": (1, _MOST_PARTS, _folded(np.multiply)),
    "minus": (1, 2, lambda first, *other: first - other[0] if other else -first),
    "divide": (2, 2, np.divide),
    "power": (2, 2, np.float_power),
    "quotient": (2, 2, np.floor_divide),
    "rem": (2, 2, np.mod),
    "min": (1, _MOST_PARTS, _folded(np.minimum)),
    "max": (1, _MOST_PARTS, _folded(np.maximum)),
    "root": (1, 1, np.sqrt),
    "abs": (1, 1, np.abs),
    "exp": (1, 1, np.exp),
    "ln": (1, 1, np.log),
    "log": (1, 1, np.log10),
    "sin": (1, 1, np.sin),
    "cos": (1, 1, np.cos),
    "tan": (1, 1, np.tan),
    "arcsin": (1, 1, np.arcsin),
    "arccos": (1, 1, np.arccos),
    "arctan": (1, 1, np.arctan),
    "floor": (1, 1, np.floor),
    "ceiling": (1, 1, np.ceil),
}
"""Least and greatest number of operands of each operator, and what it does."""

_CONSTANTS: Final = {"pi": math.pi, "exponentiale": math.e}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a formula: an element's name, its text, and the parts in it."""

    name: str
    text: str = ""
    parts: "tuple[_Part, ...]" = ()


class Formula:
    """One or several equations `variable = expression`, or a single expression.

    Attributes:
        size: Number of its parts.
    """

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.size = sum(map(_size, parts))
        self._equations: list[tuple[str, _Part]] = []
        for part in parts:
            is_equation = part.name == "apply" and len(part.parts) == 3 and part.parts[0].name == "eq"
            if is_equation and part.parts[1].name == "ci":
                self._equations.append((part.parts[1].text.strip(), part.parts[2]))
            else:
                self._equations.append(("", part))

    def results(self, variables: Mapping[str, NDArray[np.float64]]) -> dict[str, Number]:
        """Return the value of each variable that has an equation, that of a lone expression under an empty name.

        Args:
            variables: The values of the variables that are given, float64 [N] each.

        Returns:
            Numbers or float64 [N], not finite where the formula has no value; nothing where a variable is unknown.
        """
        try:
            return {name: np.asarray(_value(part, variables), np.float64) for name, part in self._equations}
        except KeyError:
            return {}


class FormulaCollector:
    """Builds a formula from the events of an XML parser."""

    def __init__(self) -> None:
        self._open: list[tuple[str, list[str], list[_Part]]] = [("math", [], [])]
        self._count = 0
        self._is_known = True

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the begin of an element."""
        self._count += 1
        is_plain = name != "cn" or attributes.get("type", "real") in ("real", "integer", "double", "e-notation")
        self._is_known &= self._count <= _MOST_PARTS and len(self._open) <= _DEEPEST and is_plain
        self._open.append((name, [], []))

    def data(self, text: str) -> None:
        """Take in some text."""
        if self._is_known:
            self._open[-1][1].append(text)

    def end(self) -> None:
        """Take in the end of an element."""
        name, texts, parts = self._open.pop()
        if name == "sep":
            # It divides a number from its power of ten.
            self._open[-1][1].append("e")
        elif self._is_known:
            self._open[-1][2].append(_Part(name, "".join(texts), tuple(parts)))

    def formula(self) -> Formula | None:
        """Return the formula; None where it is too large, or has a part that is unknown."""
        parts = self._open[0][2]
        return Formula(parts) if self._is_known and parts and all(map(_is_understood, parts)) else None


def _size(part: _Part) -> int:
    return 1 + sum(map(_size, part.parts))


def _is_understood(part: _Part) -> bool:
    """Whether a part is an equation or an expression of known operators."""
    if part.name == "ci":
        return bool(part.text.strip())
    if part.name == "cn":
        return number("".join(part.text.split())) is not None
    if part.name in _CONSTANTS:
        return True
    if part.name != "apply" or not part.parts:
        return False
    operator, *given = part.parts
    least, most = (2, 2) if operator.name == "eq" else _OPERATORS.get(operator.name, (1, 0, None))[:2]
    return least <= len(given) <= most and all(map(_is_understood, given))


def _value(part: _Part, variables: Mapping[str, NDArray[np.float64]]) -> Any:
    """Return the value of an expression.

    Raises:
        KeyError: It has an unknown variable, or an equation inside.
    """
    if part.name == "ci":
        return variables[part.text.strip()]
    if part.name == "cn":
        return number("".join(part.text.split()))
    if part.name in _CONSTANTS:
        return _CONSTANTS[part.name]
    operator, *given = part.parts
    return _OPERATORS[operator.name][2](*(_value(one, variables) for one in given))
