"""The places around a glyph's box in which another glyph may stand."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from digitvision.recognition.expression.layout import ROOT, Relation

REACH_PX: Final = 56.0
"""How far from its box a place of a glyph reaches."""

SCRIPT_SHARE: Final = 0.34
"""Of the box's height at its upper and at its lower end, beside which exponents and indices stand."""

BEYOND_SHARE: Final = 0.7
"""Of the reach that the places of exponents and indices go beyond the box."""


def zones_around(box: QRectF, label: str) -> dict[Relation, QRectF]:
    """The places around a glyph in the canvas's pixels; only a root has something inside.

    Args:
        box: Of the glyph.
        label: Its class as LaTeX.
    """
    reach, share = REACH_PX, max(box.height() * SCRIPT_SHARE, 14.0)
    right, middle, beyond = box.right(), box.center().y(), reach * BEYOND_SHARE
    # A flat glyph, such as a minus, has its scripts above and below its line.
    upper = min(box.top() + share, middle - 7)
    lower = max(box.bottom() - share, middle + 7)
    zones: dict[Relation, QRectF] = {
        "Right": QRectF(right, upper, reach, lower - upper),
        "Sup": QRectF(right, box.top() - beyond, reach, upper - box.top() + beyond),
        "Sub": QRectF(right, lower, reach, box.bottom() - lower + beyond),
        "Above": QRectF(box.left(), box.top() - reach, box.width(), reach),
        "Below": QRectF(box.left(), box.bottom(), box.width(), reach),
    }
    if label == ROOT:
        zones["Inside"] = QRectF(box)
    return zones


def relation_at(box: QRectF, label: str, position: QPointF) -> Relation | None:
    """The place around a glyph that a point of the canvas lies in."""
    return next((relation for relation, zone in zones_around(box, label).items() if zone.contains(position)), None)


def relation_title(relation: Relation) -> str:
    """A place's name on screen."""
    translate = QCoreApplication.translate
    return {
        "Right": translate("Relations", "beside"),
        "Sup": translate("Relations", "upper right"),
        "Sub": translate("Relations", "lower right"),
        "Above": translate("Relations", "above"),
        "Below": translate("Relations", "below"),
        "Inside": translate("Relations", "inside"),
    }[relation]
