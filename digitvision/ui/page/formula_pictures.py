"""Pictures of formulas for lists: each is painted once in a size and colour, and kept while it is used."""

from typing import Final

from PySide6.QtGui import QColor, QPixmap

from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.ui.answer.formula_image import image_of

_KEPT: Final = 240
"""Number of pictures that are kept: twice those of a page of 80 rows with values."""


class FormulaPictures:
    """Makes pictures, and keeps those that were used last."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[int, int, float, float], tuple[TypesetFormula, QPixmap]] = {}

    def picture(self, formula: TypesetFormula, colour: QColor, scale: float, ratio: float) -> QPixmap:
        """Return a picture of a formula.

        Args:
            formula: The formula, which is kept with its picture, so that no other can have its identity.
            colour: Colour of the formula; the ground is transparent.
            scale: Pixels of the widget for each unit of the formula.
            ratio: Device pixels for each pixel of the widget.
        """
        key = (id(formula), colour.rgba(), round(scale, 3), ratio)
        known = self._pictures.pop(key, None)
        if known is None:
            pixmap = QPixmap.fromImage(image_of(formula, scale=scale * ratio, colour=colour, ground=None))
            pixmap.setDevicePixelRatio(ratio)
            known = (formula, pixmap)
        self._pictures[key] = known
        while len(self._pictures) > _KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        return known[1]
