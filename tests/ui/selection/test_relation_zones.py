"""Where a dragged glyph may stand beside another one: only where that makes sense."""

import pytest
from PySide6.QtCore import QPointF, QRectF

from digitvision.ui.selection.relation_zones import relation_at, zones_around

_BOX = QRectF(100, 100, 60, 80)


@pytest.mark.parametrize("operator", ["+", "=", r"\times", "<", ",", "("])
def test_beside_an_operator_there_is_only_the_right_side(operator: str) -> None:
    assert set(zones_around(_BOX, operator)) == {"Right"}
    for above in (QPointF(130, 80), QPointF(180, 85), QPointF(130, 200)):
        assert relation_at(_BOX, operator, above) is None
    assert relation_at(_BOX, operator, QPointF(180, 140)) == "Right"


def test_a_bar_has_something_above_and_below_but_no_superscript() -> None:
    bar = QRectF(100, 130, 90, 8)

    assert relation_at(bar, "-", QPointF(140, 110)) == "Above"
    assert relation_at(bar, "-", QPointF(140, 160)) == "Below"
    assert relation_at(bar, "-", QPointF(200, 110)) is None


def test_a_letter_has_superscripts_and_subscripts() -> None:
    assert relation_at(_BOX, "x", QPointF(180, 90)) == "Sup"
    assert relation_at(_BOX, "x", QPointF(180, 200)) == "Sub"
