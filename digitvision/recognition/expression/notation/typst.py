"""An expression in Typst's mathematical notation (typst.app/docs/reference/math), without the dollars around it."""

from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.structure import (
    Atom,
    Base,
    Fenced,
    Fraction,
    Item,
    Row,
    Scripted,
    structure_of,
)
from digitvision.recognition.expression.notation.symbols import text_of_label

_NAMES: Final = {
    "-": "-",
    "/": "slash",
    "*": "*",
    ",": r"\,",
    ":": ":",
    ";": r"\;",
    r"\pm": "plus.minus",
    r"\times": "times",
    r"\cdot": "dot",
    r"\div": "div",
    r"\lt": "<",
    r"\gt": ">",
    r"\leq": "<=",
    r"\geq": ">=",
    r"\neq": "!=",
    r"\approx": "approx",
    r"\in": "in",
    r"\rightarrow": "->",
    r"\forall": "forall",
    r"\exists": "exists",
    r"\infty": "infinity",
    r"\ldots": "dots.h",
    r"\prime": "prime",
    r"\sum": "sum",
    r"\int": "integral",
    r"\wedge": "and",
    r"\sim": "tilde.op",
    r"\phi": "phi.alt",
    # Brackets are named: in an argument a bracket sign would need its partner.
    "(": "paren.l",
    ")": "paren.r",
    "[": "bracket.l",
    "]": "bracket.r",
    r"\{": "brace.l",
    r"\}": "brace.r",
    "|": "bar.v",
}
_FENCES: Final = {"(": "(", ")": ")", "[": "[", "]": "]", r"\{": "{", r"\}": "}"}
_PAIRS: Final = {("(", ")"), ("[", "]"), (r"\{", r"\}")}
_PLAIN: Final = frozenset("+=<>.?")


def typst_of(tree: LayoutTree) -> str:
    """Return the expression as it stands between dollars in a Typst document.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    return _row(structure_of(tree))


def _row(row: Row) -> str:
    return " ".join(_item(item) for item in row) if row else '""'


def _item(item: Item) -> str:
    if not isinstance(item, Scripted):
        return _base(item)
    text = _base(item.base)
    if isinstance(item.base, Fraction):
        text = f"({text})"
    below = f"_({_row(item.below)})" if item.below is not None else ""
    above = f"^({_row(item.above)})" if item.above is not None else ""
    return text + below + above


def _base(base: Base) -> str:
    if isinstance(base, Atom):
        return _atom(base)
    if isinstance(base, Fraction):
        return f"frac({_row(base.above)}, {_row(base.below)})"
    if isinstance(base, Fenced):
        return _fenced(base)
    if base.degree is None:
        return f"sqrt({_row(base.inside)})"
    return f"root({_row(base.degree)}, {_row(base.inside)})"


def _fenced(fenced: Fenced) -> str:
    inside = _row(fenced.inside) if fenced.inside else ""
    opening, closing = fenced.opening.label, fenced.closing.label
    if (opening, closing) in _PAIRS:
        return f"{_FENCES[opening]}{inside}{_FENCES[closing]}"
    if opening == "|":
        return f"abs({inside})"
    return f"lr({_NAMES[opening]} {inside} {_NAMES[closing]})"


def _atom(atom: Atom) -> str:
    label = atom.label
    if atom.kind == "number":
        return label.replace(",", r"\,").replace(" ", " space.thin ")
    if label in _NAMES:
        return _NAMES[label]
    name = label.removeprefix("\\")
    if atom.kind in ("letter", "function", "differential") or label == r"\lim":
        return name
    text = text_of_label(label)
    if text in _PLAIN:
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
