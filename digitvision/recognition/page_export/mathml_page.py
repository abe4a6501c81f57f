"""A page as one MathML element with a table of rows, aligned at their relation signs.

Source: W3C, "Mathematical Markup Language (MathML) Version 3.0", section 3.5.
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.calculation.column_sums import SIGNS
from digitvision.recognition.expression.notation.mathml import NAMESPACE, math_element
from digitvision.recognition.expression.notation.structure import Row
from digitvision.recognition.expression.notation.typesetting import element_of_latex
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.latex_page import COMPUTED_COLOUR
from digitvision.recognition.page_export.page_rows import ExportRow, halves, written_rows

COMPUTED_CLASS: Final = "computed"
"""The class of what was computed and not written, for style sheets."""

_ARROW: Final = "\N{RIGHTWARDS ARROW}"


def page_mathml(rows: Sequence[ExportRow]) -> str:
    """Return rows as a whole `<math>` element; empty for no rows."""
    if not rows:
        return ""
    # The namespace is set as an attribute: ElementTree would give each element a prefix.
    root = ElementTree.Element("math", {"display": "block", "xmlns": NAMESPACE})
    table = ElementTree.SubElement(
        root, "mtable", {"columnalign": "right left left", "displaystyle": "true", "columnspacing": "0.3em 2em"}
    )
    for row in written_rows(rows):
        line = ElementTree.SubElement(table, "mtr")
        for cell in _cells(row):
            line.append(cell)
    return ElementTree.tostring(root, encoding="unicode")


def _cells(row: ExportRow) -> list[ElementTree.Element]:
    """Return the cells of a row: what is before the relation sign, the rest, and a value that does not follow it."""
    before, after, apart = (ElementTree.Element("mtd") for _ in range(3))
    if row.column:
        after.append(_column(row))
    elif row.structure is None:
        text = row.text or f"[{row.problem}]"
        ElementTree.SubElement(after, "mtext").text = text
    else:
        left, right = halves(row.structure)
        before.extend(_elements(left))
        after.extend(_elements(right))
    if row.computed is None or row.has_sum_below:
        return [before, after]
    if row.asks:
        after.append(_value(row.computed))
        return [before, after]
    ElementTree.SubElement(apart, "mo").text = _ARROW
    apart.append(_value(row.computed))
    return [before, after, apart]


def _column(row: ExportRow) -> ElementTree.Element:
    """Return a column of numbers as a table, whose rules are lines between its rows; the sum stands under the last."""
    below = row.has_sum_below and row.computed is not None
    lines = [*row.column, *([None] if below else [])]
    ruled = [number + 1 < len(lines) and lines[number + 1] == "" for number, line in enumerate(lines) if line != ""]
    table = ElementTree.Element(
        "mtable", {"columnalign": "right", "rowlines": " ".join("solid" if one else "none" for one in ruled)}
    )
    for line, is_ruled in zip((one for one in lines if one != ""), ruled, strict=True):
        cell = ElementTree.SubElement(ElementTree.SubElement(table, "mtr"), "mtd")
        if is_ruled:
            # Browsers know the style, office programs the table's attribute.
            cell.set("style", "border-bottom: 1px solid")
        if line is None:
            assert row.computed is not None
            cell.append(_value(row.computed))
            continue
        if line[0] in SIGNS:
            ElementTree.SubElement(cell, "mo").text = line[0].replace("-", "\N{MINUS SIGN}")
        ElementTree.SubElement(cell, "mn").text = line.lstrip("".join(SIGNS))
    return table


def _elements(row: Row) -> list[ElementTree.Element]:
    return list(math_element(row))


def _value(value: Value) -> ElementTree.Element:
    element = ElementTree.Element("mrow", {"class": COMPUTED_CLASS, "mathcolor": f"#{COMPUTED_COLOUR}"})
    found = element_of_latex(value.latex)
    if found is None:
        ElementTree.SubElement(element, "mtext").text = value.text
    else:
        element.extend(found)
    return element
