"""An expression as Python code that builds it with SymPy: `Eq(2*x + 1, 5)`, `Integral(sqrt(x), (x, 0, 1))`."""

from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.semantics.interpretation import statement_of
from digitvision.recognition.expression.semantics.terms import EULER, TWO, Comparison, Term

_COMPARED: Final[dict[Comparison, str]] = {"=": "Eq", "!=": "Ne", "<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge"}
_NAMES: Final = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "pi": "pi",
    "e": "E",
    "i": "I",
    "infinity": "oo",
    # Python's keywords, and letters that are names in SymPy.
    "lambda": "lambda_",
    "beta": "beta_",
    "gamma": "gamma_",
    "C": "C_",
    "E": "E_",
    "I": "I_",
    "N": "N_",
    "O": "O_",
    "Q": "Q_",
    "S": "S_",
}
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
"""Precedence of operators, ascending."""


def sympy_code_of(tree: LayoutTree) -> str | None:
    """Return the code for use after `from sympy import *` and `symbols`; None for a tree without a clear meaning.

    For `f(x) = …` it is the right side. Names that Python or SymPy use get an underscore.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    statement = statement_of(tree)
    if statement is None:
        return None
    if statement.defines is not None:
        return _code(statement.sides[1], _SUM)
    if not statement.comparisons:
        return _code(statement.sides[0], _SUM)
    sides = [_code(side, _SUM) for side in statement.sides]
    compared = [
        f"{_COMPARED[comparison]}({left}, {right})"
        for comparison, left, right in zip(statement.comparisons, sides, sides[1:], strict=False)
    ]
    return compared[0] if len(compared) == 1 else f"And({', '.join(compared)})"


def _code(term: Term, outer: int) -> str:
    """Return the code of a term, in brackets if its precedence is lower than that of the operator around it."""
    text, precedence = _code_and_precedence(term)
    return f"({text})" if precedence < outer else text


def _code_and_precedence(term: Term) -> tuple[str, int]:
    parts = term.parts
    if term.kind == "number":
        whole = term.number.denominator == 1 and "." not in term.name
        return (str(term.number), _ATOM) if whole else (_rational(term), _ATOM)
    if term.kind in ("symbol", "constant"):
        return _name(term), _ATOM
    if term.kind == "negative":
        return f"-{_code(parts[0], _SIGN)}", _SIGN
    if term.kind == "sum":
        return _sum(parts), _SUM
    if term.kind == "product":
        return "*".join(_code(part, _PRODUCT) for part in parts), _PRODUCT
    if term.kind == "quotient":
        return _quotient(*parts)
    if term.kind == "power":
        if parts[0] == EULER:
            return f"exp({_code(parts[1], _SUM)})", _ATOM
        return f"{_code(parts[0], _ATOM)}**{_code(parts[1], _ATOM)}", _POWER
    return _call(term), _ATOM


def _rational(term: Term) -> str:
    return f"Rational({term.number.numerator}, {term.number.denominator})"


def _name(term: Term) -> str:
    letter, line, index = term.name.partition("_")
    if term.kind == "constant":
        return _NAMES[letter]
    return f"{letter}_{index}" if line else {**_NAMES, "pi": "pi_", "e": "e", "i": "i"}.get(letter, letter)


def _sum(parts: tuple[Term, ...]) -> str:
    text = _code(parts[0], _PRODUCT)
    for part in parts[1:]:
        if part.kind == "negative":
            text += f" - {_code(part.parts[0], _PRODUCT)}"
        else:
            text += f" + {_code(part, _PRODUCT)}"
    return text


def _quotient(over: Term, under: Term) -> tuple[str, int]:
    # Python would divide two numbers to a binary fraction before SymPy gets them.
    if _plain(over) and _plain(under):
        return f"Rational({over.name}, {under.name})", _ATOM
    left = f"Integer({over.name})" if _plain(over) and not under.free else _code(over, _PRODUCT)
    return f"{left}/{_code(under, _ATOM if under.kind in ('product', 'quotient') else _SIGN)}", _PRODUCT


def _plain(term: Term) -> bool:
    return term.kind == "number" and term.name.isdecimal()


def _call(term: Term) -> str:
    parts = [_code(part, _SUM) for part in term.parts]
    if term.kind == "root":
        return f"sqrt({parts[0]})" if term.parts[1] == TWO else f"root({parts[0]}, {parts[1]})"
    if term.kind == "absolute":
        return f"Abs({parts[0]})"
    if term.kind == "factorial":
        return f"factorial({parts[0]})"
    if term.kind == "function":
        name = _NAMES.get(term.name, term.name)
        natural = term.name == "log" and term.parts[1] == EULER
        return f"{name}({parts[0]})" if natural else f"{name}({', '.join(parts)})"
    body, variable, *rest = parts
    if term.kind == "limit":
        side = f", {term.name!r}" if term.name else ""
        return f"Limit({body}, {variable}, {rest[0]}{side})".replace("'", '"')
    if term.kind == "derivative":
        return f"Derivative({body}, {variable}{'' if term.number == 1 else f', {term.number}'})"
    name = "Sum" if term.kind == "total" else "Integral"
    return f"{name}({body}, ({', '.join([variable, *rest])}))" if rest else f"{name}({body}, {variable})"
