"""An expression typeset as a picture for the window, with the rectangle of every symbol in it.

ziamath lays out the MathML. Its boxes are traversed here to find the symbol of each outline. It works offline, with the
font that it contains (STIX Two Math).
"""

import functools
import warnings
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.difference import difference_of, shortened
from digitvision.recognition.expression.notation.mathml import SYMBOLS_ATTRIBUTE, math_element
from digitvision.recognition.expression.notation.structure import Row, structure_of

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height; y grows downwards."""

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_MARGIN: Final = 1.0
_PLUS_AND_MINUS: Final = frozenset("+-\N{MINUS SIGN}")
_ENDS: Final = frozenset(")]}|!")
_MOST_BOXES: Final = 4000
"""Most boxes of a formula. ziamath lays out each row within a row twice, those within these four times, and so on."""

SMALL: Final = (12.5, 1.14)
"""Width and height, in sizes of its letters, up to which a formula fits wherever formulas are displayed."""


@dataclass(frozen=True, slots=True)
class TypesetFormula:
    """A formula as a picture.

    Attributes:
        svg: SVG of outlines and rectangles only, as in SVG Tiny 1.2.
        width: Width of the picture, in pixels at the requested size.
        height: Height of the picture.
        baseline: Distance of the outermost row's baseline from the top.
        rectangles: Rectangle of each symbol, by its index in the tree. Symbols that are not drawn have none.
    """

    svg: bytes
    width: float
    height: float
    baseline: float
    rectangles: dict[int, Rectangle]

    def symbol_at(self, x: float, y: float) -> int | None:
        """Return the symbol at a point of the picture, the smallest of those that cover it: a root's content comes
        before the root."""
        hit = [
            (width * height, symbol)
            for symbol, (left, top, width, height) in self.rectangles.items()
            if left <= x <= left + width and top <= y <= top + height
        ]
        return min(hit)[1] if hit else None


@dataclass(frozen=True, slots=True)
class TypesetDifference:
    """A reading as a picture, for small areas.

    Attributes:
        forms: The whole formula, then shorter forms with dots in them, if it is larger than `SMALL`.
        changed: Indices of the symbols that differ from the other reading, in class or position.
    """

    forms: tuple[TypesetFormula, ...]
    changed: frozenset[int]


def svg_of(tree: LayoutTree, *, colour: str = "#000000", size: float = 24.0) -> TypesetFormula | None:
    """Typeset a tree.

    Args:
        tree: The expression.
        colour: Colour of everything, in SVG's notation.
        size: Size of the letters of the outermost row, in pixels.

    Returns:
        The picture; None for what cannot be typeset, so that its text has to be displayed.
    """
    try:
        return svg_of_row(structure_of(tree), colour=colour, size=size)
    except LayoutError:
        return None


def typeset_difference(
    tree: LayoutTree, before: LayoutTree, *, colour: str = "#000000", size: float = 24.0
) -> TypesetDifference | None:
    """Typeset a reading so that its differences from another reading of the same strokes are visible.

    Args:
        tree: The reading.
        before: The reading that it is compared with.
        colour: As for `svg_of`.
        size: As for `svg_of`.

    Returns:
        The pictures; None for what cannot be typeset.
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
    """Typeset a row, such as a result that nobody drew; see `svg_of`."""
    element = math_element(row, with_symbols=True)
    if _boxes(element, 1) > _MOST_BOXES:
        return None
    try:
        laid_out = _ziamath().Math(element, size=size, margin=_MARGIN)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, ArithmeticError):
        # ziamath was not written for all trees that a misreading can give: empty rows, signs without a glyph.
        return None
    return _picture(laid_out, colour)


def svg_of_latex(latex: str, *, colour: str = "#000000", size: float = 24.0) -> TypesetFormula | None:
    """Typeset LaTeX that the program made, such as `Value.latex`; the picture has no symbols' rectangles.

    Returns:
        The picture; None for what cannot be typeset.
    """
    element = element_of_latex(latex)
    if element is None or _boxes(element, 1) > _MOST_BOXES:
        return None
    _mark_signs(element)
    try:
        return _picture(_ziamath().Math(element, size=size, margin=_MARGIN), colour)
    except Exception:
        # It raises different errors for each thing that it does not support.
        return None


def element_of_latex(latex: str) -> ElementTree.Element | None:
    """Return LaTeX that the program made as a MathML element without a namespace; None where that cannot be done."""
    try:
        element = ElementTree.fromstring(_ziamath().tex.tex2mml(latex))
    except Exception:
        # The LaTeX reader raises different errors for each thing that it does not support.
        return None
    for part in element.iter():
        part.tag = part.tag.rpartition("}")[2]
    return element


def _mark_signs(element: ElementTree.Element) -> None:
    """Mark minus signs of numbers, as minus signs of differences have spaces around them."""
    after_value = False
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "mo" and child.text in _PLUS_AND_MINUS and not after_value:
            child.set("form", "prefix")
        after_value = tag != "mtext" and (tag != "mo" or child.text in _ENDS)
        _mark_signs(child)


@functools.cache
def _ziamath() -> Any:
    with warnings.catch_warnings():
        # The way it finds its font is deprecated in Python 3.11 and 3.12, and not in 3.13.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    # Outlines are written where they are used: Qt does not draw a `use` of a `symbol`.
    ziamath.config.svg2 = False
    return ziamath


def _boxes(element: ElementTree.Element, times: int) -> int:
    """Return the number of boxes that ziamath will make of an element."""
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
    # The layout's own box does not contain overhanging parts, such as long limits.
    box = laid_out.node.bbox
    whole = (box.xmin, -box.ymax, box.xmax - box.xmin, box.ymax - box.ymin)
    left, top, width, height = _bounding([whole, *found.values()])
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
    rectangles = {symbol: (x - left, y - top, w, h) for symbol, (x, y, w, h) in found.items()}
    return TypesetFormula(ElementTree.tostring(root), width, height, -top, rectangles)


def _draw(node: Any, x: float, y: float, group: ElementTree.Element, found: dict[int, Rectangle]) -> None:
    """Draw a box's content, and collect the rectangles of its symbols."""
    owners = [int(symbol) for symbol in node.element.get(SYMBOLS_ATTRIBUTE, "").split()]
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
    # Each digit of a number is a symbol; any other sign with several outlines is one symbol.
    if len(owners) == len(own):
        found.update(zip(owners, own, strict=True))
    else:
        found.update(dict.fromkeys(owners, _bounding(own)))


def _covered(part: Any, x: float, y: float) -> Rectangle:
    box = part.bbox
    if hasattr(part, "glyph"):
        return x + box.xmin, y - box.ymax, box.xmax - box.xmin, box.ymax - box.ymin
    # A line's position is its upper edge.
    return x, y, box.xmax - box.xmin, box.ymax - box.ymin


def _bounding(rectangles: list[Rectangle]) -> Rectangle:
    left, top = min(r[0] for r in rectangles), min(r[1] for r in rectangles)
    right, bottom = max(r[0] + r[2] for r in rectangles), max(r[1] + r[3] for r in rectangles)
    return left, top, right - left, bottom - top
