"""An expression typeset as a picture for the window, with the place of every symbol in it.

ziamath lays out the MathML; its boxes are walked here, so that it is known whose sign each outline is. It works without
a network, from the font that it brings along (STIX Two Math).
"""

import functools
import warnings
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.difference import difference_of, shortened
from digitvision.recognition.expression.notation.mathml import PLACES, math_element
from digitvision.recognition.expression.notation.structure import Row, structure_of

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height; y grows downwards."""

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_MARGIN: Final = 1.0
_SIGNS: Final = frozenset("+-\N{MINUS SIGN}")
_ENDS: Final = frozenset(")]}|!")
_MOST_BOXES: Final = 4000
"""ziamath lays out each row within a row twice, those within these four times: what is nested so often is not drawn."""

SMALL: Final = (12.5, 1.14)
"""Width and height, in the size of its letters, of a formula that has room wherever formulas are shown."""


@dataclass(frozen=True, slots=True)
class TypesetFormula:
    """A formula as a picture.

    Attributes:
        svg: SVG of outlines and rectangles only, which SVG Tiny 1.2 has.
        width: Of the picture, in the unit of the size that was asked for.
        height: The same.
        baseline: How far below the top the baseline of the outermost row is.
        places: For symbols of the tree, by their places in it, what they cover in the picture. Symbols that are not
            shown have none.
    """

    svg: bytes
    width: float
    height: float
    baseline: float
    places: dict[int, Rectangle]

    def symbol_at(self, x: float, y: float) -> int | None:
        """The symbol at a point of the picture: of those that cover it the smallest, so that a root's content comes
        before the root."""
        hit = [
            (width * height, place)
            for place, (left, top, width, height) in self.places.items()
            if left <= x <= left + width and top <= y <= top + height
        ]
        return min(hit)[1] if hit else None


@dataclass(frozen=True, slots=True)
class TypesetDifference:
    """A reading as a picture, for where there is little room.

    Attributes:
        forms: The whole, then shorter forms with dots in them; only where it is larger than `SMALL`.
        changed: Places of the symbols that are others, or stand elsewhere, than in the reading beside it.
    """

    forms: tuple[TypesetFormula, ...]
    changed: frozenset[int]


def svg_of(tree: LayoutTree, *, colour: str = "#000000", size: float = 24.0) -> TypesetFormula | None:
    """Typeset a tree.

    Args:
        tree: The expression.
        colour: Of everything, as SVG writes it.
        size: Of the letters of the outermost row, in pixels.

    Returns:
        The picture, or None for what cannot be typeset: show its text then.
    """
    try:
        return svg_of_row(structure_of(tree), colour=colour, size=size)
    except LayoutError:
        return None


def typeset_difference(
    tree: LayoutTree, before: LayoutTree, *, colour: str = "#000000", size: float = 24.0
) -> TypesetDifference | None:
    """Typeset a reading so that it is seen what it has otherwise than another one of the same strokes.

    Args:
        tree: The reading.
        before: The one that it is compared with.
        colour: As for `svg_of`, and so is `size`.

    Returns:
        None for what cannot be typeset.
    """
    whole = svg_of(tree, colour=colour, size=size)
    if whole is None:
        return None
    difference, forms = difference_of(tree, before), [whole]
    small_width, small_height = (length * size for length in SMALL)
    for row in shortened(tree, difference):
        if forms[-1].width <= small_width and forms[-1].height <= small_height:
            break
        shorter = svg_of_row(row, colour=colour, size=size)
        if shorter is not None and (shorter.width < forms[-1].width or shorter.height < forms[-1].height):
            forms.append(shorter)
    return TypesetDifference(tuple(forms), difference.changed)


def svg_of_row(row: Row, *, colour: str, size: float) -> TypesetFormula | None:
    """The same for a row, such as a result that nobody drew."""
    element = math_element(row, places=True)
    if _boxes(element, 1) > _MOST_BOXES:
        return None
    try:
        laid_out = _ziamath().Math(element, size=size, margin=_MARGIN)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, ArithmeticError):
        # It was not written for every tree that a misreading can give: empty rows, signs without a glyph.
        return None
    return _picture(laid_out, colour)


def svg_of_latex(latex: str, *, colour: str = "#000000", size: float = 24.0) -> TypesetFormula | None:
    """Typeset LaTeX that the program made, such as `Value.latex`; the picture names no symbols.

    Returns:
        The picture, or None for what cannot be typeset.
    """
    ziamath = _ziamath()
    try:
        element = ElementTree.fromstring(ziamath.tex.tex2mml(latex))
        if _boxes(element, 1) > _MOST_BOXES:
            return None
        _mark_signs(element)
        return _picture(ziamath.Math(element, size=size, margin=_MARGIN), colour)
    except Exception:
        # The reader of LaTeX has errors of its own for each thing that it does not know.
        return None


def _mark_signs(element: ElementTree.Element) -> None:
    """Tell the minus of a number from that of a difference, which has room around it."""
    after_value = False
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "mo" and child.text in _SIGNS and not after_value:
            child.set("form", "prefix")
        after_value = tag != "mtext" and (tag != "mo" or child.text in _ENDS)
        _mark_signs(child)


@functools.cache
def _ziamath() -> Any:
    with warnings.catch_warnings():
        # It finds its font in a way that Python 3.11 and 3.12 call old, and 3.13 does not.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    # Outlines where they are used: Qt does not draw a `use` of a `symbol`.
    ziamath.config.svg2 = False
    return ziamath


def _boxes(element: ElementTree.Element, times: int) -> int:
    """How many boxes ziamath will make of an element."""
    if times > _MOST_BOXES:
        return times
    inner = times * 2 if element.tag.endswith(("math", "mrow")) else times
    return times + sum(_boxes(child, inner) for child in element)


def _picture(laid_out: Any, colour: str) -> TypesetFormula:
    group = ElementTree.Element("g", {"fill": colour})
    found: dict[int, Rectangle] = {}
    _draw(laid_out.node, 0.0, 0.0, group, found)
    for outline in group:
        outline.attrib.pop("fill", None)
    # The layout's own box leaves out what hangs over, such as long limits.
    box = laid_out.node.bbox
    whole = (box.xmin, -box.ymax, box.xmax - box.xmin, box.ymax - box.ymin)
    left, top, width, height = _around([whole, *found.values()])
    left, top, width, height = left - _MARGIN, top - _MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "width": f"{width:.2f}",
            "height": f"{height:.2f}",
            "viewBox": f"{left:.2f} {top:.2f} {width:.2f} {height:.2f}",
        },
    )
    root.append(group)
    places = {place: (x - left, y - top, w, h) for place, (x, y, w, h) in found.items()}
    return TypesetFormula(ElementTree.tostring(root), width, height, -top, places)


def _draw(node: Any, x: float, y: float, group: ElementTree.Element, found: dict[int, Rectangle]) -> None:
    """Draw what a box holds, and note what its own signs cover."""
    owners = [int(place) for place in node.element.get(PLACES, "").split()]
    # A space is a glyph too, which ziamath puts beside the names of functions.
    own: list[Rectangle] = []
    for (dx, dy), part in zip(node.nodexy, node.nodes, strict=True):
        if hasattr(part, "element"):
            _draw(part, x + dx, y + dy, group, found)
            continue
        before = len(group)
        part.draw(x + dx, y + dy, group)
        if len(group) > before:
            own.append(_covered(part, x + dx, y + dy))
    if not own or not owners:
        return
    # Each digit of a number is a symbol of its own; any other sign with several outlines is one.
    if len(owners) == len(own):
        found.update(zip(owners, own, strict=True))
    else:
        found.update(dict.fromkeys(owners, _around(own)))


def _covered(part: Any, x: float, y: float) -> Rectangle:
    box = part.bbox
    if hasattr(part, "glyph"):
        return x + box.xmin, y - box.ymax, box.xmax - box.xmin, box.ymax - box.ymin
    # A line begins at its upper edge.
    return x, y, box.xmax - box.xmin, box.ymax - box.ymin


def _around(rectangles: list[Rectangle]) -> Rectangle:
    left, top = min(r[0] for r in rectangles), min(r[1] for r in rectangles)
    right, bottom = max(r[0] + r[2] for r in rectangles), max(r[1] + r[3] for r in rectangles)
    return left, top, right - left, bottom - top
