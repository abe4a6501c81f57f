"""The zones around a glyph's box in which another glyph may stand, one for each spatial relation."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from digitvision.recognition.expression.layout import BAR, ROOT, Relation

REACH_PX: Final = 56.0
"""How far a zone reaches from the glyph's box."""

SCRIPT_SHARE: Final = 0.34
"""Share of the box's height, at its upper and its lower end, beside which superscripts and subscripts stand."""

BEYOND_SHARE: Final = 0.7
"""Share of the reach by which the zones of superscripts and subscripts go beyond the box."""

OPERATORS: Final = frozenset(
    (
        *("+", r"\pm", r"\mp", r"\times", r"\div", r"\cdot", r"\ast", "/", "=", r"\neq", r"\equiv", r"\approx"),
        *("<", ">", r"\lt", r"\gt", r"\leq", r"\geq", r"\in", r"\to", r"\rightarrow", r"\Rightarrow", r"\forall"),
        *(r"\exists", ",", ".", ";", ":", r"\ldots", r"\cdots", "(", "[", r"\{", r"\lbrace"),
    )
)
"""Classes beside which a glyph may only stand to the right: nothing is a superscript of a plus sign.

They are operators, relations, punctuation and opening brackets. A minus sign, which may be a fraction bar, is none.
"""


def zones_around(box: QRectF, label: str) -> dict[Relation, QRectF]:
    """Return the zones around a glyph in the canvas's pixels, one for each relation that makes sense for its class.

    Args:
        box: The glyph's box in the canvas's pixels.
        label: The glyph's class as LaTeX.
    """
    reach, share = REACH_PX, max(box.height() * SCRIPT_SHARE, 14.0)
    right, middle, beyond = box.right(), box.center().y(), reach * BEYOND_SHARE
    # A flat glyph has its superscripts and subscripts above and below its line.
    upper = min(box.top() + share, middle - 7)
    lower = max(box.bottom() - share, middle + 7)
    beside = QRectF(right, upper, reach, lower - upper)
    if label in OPERATORS:
        return {"Right": QRectF(right, box.top(), reach, box.height())}
    zones: dict[Relation, QRectF] = {
        "Right": beside,
        "Sup": QRectF(right, box.top() - beyond, reach, upper - box.top() + beyond),
        "Sub": QRectF(right, lower, reach, box.bottom() - lower + beyond),
        "Above": QRectF(box.left(), box.top() - reach, box.width(), reach),
        "Below": QRectF(box.left(), box.bottom(), box.width(), reach),
    }
    if label == BAR:
        # A minus sign has no superscript; a fraction bar has a numerator and a denominator.
        del zones["Sup"], zones["Sub"]
    if label == ROOT:
        zones["Inside"] = QRectF(box)
    return zones


def relation_at(box: QRectF, label: str, position: QPointF) -> Relation | None:
    """Return the relation whose zone around a glyph holds a point of the canvas; None where no zone does."""
    return next((relation for relation, zone in zones_around(box, label).items() if zone.contains(position)), None)


def relation_to(relation: Relation, symbol: str) -> str:
    """Return on-screen words for where a glyph stands, such as “above +”.

    Args:
        relation: The relation of the glyph to another one.
        symbol: The text of that other glyph.
    """
    translate = QCoreApplication.translate
    words = {
        "Right": translate("Relations", "to the right of {symbol}"),
        "Sup": translate("Relations", "superscript of {symbol}"),
        "Sub": translate("Relations", "subscript of {symbol}"),
        "Above": translate("Relations", "above {symbol}"),
        "Below": translate("Relations", "below {symbol}"),
        "Inside": translate("Relations", "inside {symbol}"),
    }
    return words[relation].format(symbol=symbol)
