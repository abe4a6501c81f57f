r"""An expression as LaTeX to paste into a document: `\(x^{2} + 407\)`; the canonical form is `LayoutTree.latex`."""

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
    is_atom,
    rows_within,
    stands_for_a_value,
    structure_of,
)
from digitvision.recognition.expression.notation.symbols import TEXTS, text_of_label

_SHORT: Final = {r"\lt": "<", r"\gt": ">", r"\rightarrow": r"\to"}


def inline_latex_of(tree: LayoutTree) -> str:
    r"""Return the expression between `\(` and `\)`, for a line of text.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    return rf"\({typed_latex_of(tree)}\)"


def display_latex_of(tree: LayoutTree) -> str:
    r"""Return the expression between `\[` and `\]`, for a line of its own.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    return rf"\[{typed_latex_of(tree)}\]"


def typed_latex_of(tree: LayoutTree) -> str:
    """Return the expression as a person would type it, without delimiters: `200 + 1`, not `2 0 0 + 1`.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    return latex_of_row(structure_of(tree))


def latex_of_row(row: Row) -> str:
    """Return the LaTeX of a row, without delimiters."""
    text = ""
    for index, item in enumerate(row):
        part = _item(item)
        before = row[index - 1] if index else None
        if is_atom(item, "differential") and before is not None and base_kind(before) != "big":
            part = rf"\, {part}"
        spaced = before is not None and (_between_values(row, index) or _between_values(row, index - 1))
        # LaTeX would read a letter after a command as part of the command's name.
        runs_on = text[-1:].isalpha() and part[:1].isalpha() and "\\" in text.split(" ")[-1]
        applied = before is not None and base_kind(before) in ("function", "big") and not isinstance(item, Fenced)
        if before is not None and (spaced or runs_on or applied or is_atom(before, "comma")):
            text += " "
        text += part
    return text


def _between_values(row: Row, index: int) -> bool:
    """Whether an operator or relation has a left operand; without one it is the sign of what follows."""
    item = row[index]
    if is_atom(item, "relation"):
        return True
    if not is_atom(item, "operator") or index == 0:
        return False
    before = row[index - 1]
    return stands_for_a_value(before) or is_atom(before, "other")


def _item(item: Item) -> str:
    if not isinstance(item, Scripted):
        return _base(item)
    text = _base(item.base)
    if isinstance(item.base, Fraction | Root):
        text = f"{{{text}}}"
    if item.below is not None:
        text += f"_{{{latex_of_row(item.below)}}}"
    if item.above is not None:
        primes = all(isinstance(one, Atom) and one.label == r"\prime" for one in item.above)
        text += "'" * len(item.above) if primes else f"^{{{latex_of_row(item.above)}}}"
    return text


def _base(base: Base) -> str:
    if isinstance(base, Atom):
        return _atom(base)
    if isinstance(base, Fraction):
        return rf"\frac{{{latex_of_row(base.above)}}}{{{latex_of_row(base.below)}}}"
    if isinstance(base, Root):
        degree = f"[{{{latex_of_row(base.degree)}}}]" if base.degree is not None else ""
        return rf"\sqrt{degree}{{{latex_of_row(base.inside)}}}"
    return _fenced(base)


def _fenced(fenced: Fenced) -> str:
    opening, closing = fenced.opening.label, fenced.closing.label
    tall = any(any(True for _ in rows_within(item)) for item in fenced.inside)
    inside = latex_of_row(fenced.inside)
    if tall:
        return rf"\left{opening} {inside} \right{closing}"
    if opening == closing == "|":
        return rf"\lvert {inside} \rvert"
    return f"{opening}{inside}{closing}"


def _atom(atom: Atom) -> str:
    label = atom.label
    if atom.kind == "number":
        # The braces make it a decimal comma: that of a list has a space after it.
        return label.replace(",", "{,}")
    if label in _SHORT:
        return _SHORT[label]
    plain = len(label) == 1 and label.isprintable() and label not in "#$%&_{}~^\\"
    if label in TEXTS or atom.kind in ("function", "big") or plain:
        return label
    # LaTeX has no sign that stands for an unknown one.
    known = text_of_label(label).replace("\N{REPLACEMENT CHARACTER}", "?")
    text = "".join(rf"\{sign}" if sign in "#$%&_{}" else sign for sign in known if sign not in "\\~^")
    return rf"\mathrm{{{text}}}"
