"""An expression as presentation MathML, which office programs and browsers can import.

Source: W3C, "Mathematical Markup Language (MathML) Version 3.0", chapter 3.
"""

import xml.etree.ElementTree as ElementTree
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
    structure_of,
)
from digitvision.recognition.expression.notation.symbols import text_of_label

SYMBOLS_ATTRIBUTE: Final = "data-symbols"
"""Attribute with the indices of an element's symbols in the tree, separated by spaces; it is set on request only."""

NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
_APPLIED: Final = "\N{FUNCTION APPLICATION}"
_LIMITS: Final = frozenset({r"\sum", r"\lim"})
"""Operators with scripts above and below themselves."""


def mathml_of(tree: LayoutTree) -> str:
    """Return a whole `<math>` element, displayed as a block.

    Raises:
        LayoutError: Scripts are nested too deeply.
    """
    root = math_element(structure_of(tree))
    # The namespace is set as an attribute: ElementTree would give each element a prefix.
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


def math_element(row: Row, *, with_symbols: bool = False) -> ElementTree.Element:
    """Return the `<math>` element of a row, without its namespace.

    Args:
        row: The row.
        with_symbols: Whether to set `SYMBOLS_ATTRIBUTE`, and to leave out invisible signs.
    """
    return _Writer(with_symbols=with_symbols).math(row)


class _Writer:
    def __init__(self, *, with_symbols: bool) -> None:
        self._has_symbols = with_symbols

    def math(self, row: Row) -> ElementTree.Element:
        root = ElementTree.Element("math", {"display": "block"})
        root.extend(self._items(row))
        return root

    def _items(self, row: Row) -> list[ElementTree.Element]:
        elements: list[ElementTree.Element] = []
        for index, item in enumerate(row):
            element = self._item(item)
            if is_atom(item, "differential") and index and base_kind(row[index - 1]) != "big":
                elements.append(ElementTree.Element("mspace", {"width": "0.17em"}))
            after_value = index > 0 and base_kind(row[index - 1]) not in ("operator", "relation", "big", "comma")
            if is_atom(item, "operator") and not after_value:
                element.set("form", "prefix")
            elements.append(element)
            if base_kind(item) == "function" and index + 1 < len(row) and not self._has_symbols:
                elements.append(_element("mo", _APPLIED))
        return elements

    def _row(self, row: Row) -> ElementTree.Element:
        elements = self._items(row)
        if len(elements) == 1:
            return elements[0]
        element = ElementTree.Element("mrow")
        element.extend(elements)
        return element

    def _item(self, item: Item) -> ElementTree.Element:
        return self._scripted(item) if isinstance(item, Scripted) else self._base(item)

    def _base(self, base: Base) -> ElementTree.Element:
        if isinstance(base, Atom):
            return self._atom(base)
        if isinstance(base, Fenced):
            element = ElementTree.Element("mrow")
            element.append(self._fence(base.opening, "prefix"))
            element.extend(self._items(base.inside))
            element.append(self._fence(base.closing, "postfix"))
            return element
        if isinstance(base, Fraction):
            return self._with_symbols(_element("mfrac", self._row(base.above), self._row(base.below)), base.symbols)
        return self._root(base)

    def _root(self, root: Root) -> ElementTree.Element:
        inside = self._row(root.inside)
        if root.degree is None:
            element = _element("msqrt", inside)
        else:
            element = _element("mroot", inside, self._row(root.degree))
        return self._with_symbols(element, root.symbols)

    def _scripted(self, item: Scripted) -> ElementTree.Element:
        base = self._base(item.base)
        limits = isinstance(item.base, Atom) and item.base.label in _LIMITS
        below, above = ("under", "over") if limits else ("sub", "sup")
        scripts = [self._row(row) for row in (item.below, item.above) if row is not None]
        tag = "m" + (below if item.below is not None else "") + (above if item.above is not None else "")
        return _element(tag, base, *scripts)

    def _atom(self, atom: Atom) -> ElementTree.Element:
        text = text_of_label(atom.label) if atom.kind != "number" else atom.label
        if atom.kind == "number":
            element = _element("mn", text)
        elif atom.kind in ("letter", "function", "differential") or text[0].isalpha() or atom.label == r"\infty":
            element = _element("mi", text)
        else:
            element = _element("mo", text)
            if atom.kind in ("open", "close", "bar"):
                # Without a partner it is as high as a letter.
                element.set("stretchy", "false")
            if atom.label == r"\prime" and self._has_symbols:
                # The font's prime is raised and small already.
                element.set("scriptlevel", "0")
        return self._with_symbols(element, atom.symbols)

    def _fence(self, atom: Atom, form: str) -> ElementTree.Element:
        element = _element("mo", text_of_label(atom.label))
        element.set("form", form)
        element.set("fence", "true")
        element.set("stretchy", "true")
        return self._with_symbols(element, atom.symbols)

    def _with_symbols(self, element: ElementTree.Element, symbols: tuple[int, ...]) -> ElementTree.Element:
        if self._has_symbols:
            element.set(SYMBOLS_ATTRIBUTE, " ".join(map(str, symbols)))
        return element


def _element(tag: str, *content: str | ElementTree.Element) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    for part in content:
        if isinstance(part, str):
            element.text = part
        else:
            element.append(part)
    return element
