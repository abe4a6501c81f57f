"""What the rows of a page come to, typeset as it is shown beside the ink and in the list."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.recognition.calculation.page_rows import SumPlace
from digitvision.recognition.prediction import RowReading
from digitvision.ui.answer.value_view import value_latex
from digitvision.ui.draw.values_beside_ink import SumOf, ValueOf
from digitvision.ui.page.page_values import PageValues
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.reading.recognition_client import RecognitionClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.notation.typesetting import TypesetFormula
    from digitvision.recognition.expression.semantics.values import Value

_KEPT: Final = 400
"""Number of typeset values that are remembered."""


class RowValues(QObject):
    """Has the rows' values worked out and typeset; `completed` puts what is known into the rows."""

    changed = Signal()
    """More is known than before."""

    def __init__(self, client: RecognitionClient, parent: QObject) -> None:
        """Take the client whose thread typesets."""
        super().__init__(parent)
        self._client = client
        self._typeset: dict[str, TypesetFormula | None] = {}
        self._values = PageValues(self)
        self._values.found.connect(self.changed)
        client.latex_typeset.connect(self._keep)

    @property
    def idle(self) -> bool:
        """Whether the value of every row is worked out."""
        return self._values.idle

    def show(self, rows: Sequence[RowReading]) -> None:
        """Have the values of these rows worked out, which are all rows of the page."""
        self._values.show(rows)

    @Slot(int, object, object)
    def show_with_number(self, row: int, symbols: Sequence[int], number: Fraction) -> None:
        """Show what the rows would come to with another number in one of them, see `PageValues.show_with_number`."""
        self._values.show_with_number(row, symbols, number)

    @Slot()
    def show_as_written(self) -> None:
        """Show what the rows come to as they are written."""
        self._values.show_as_written()

    def value_of(self, row: int) -> "Value | None":
        """Return the value of a row; None where it has none, or it is not known yet."""
        known = self._values.known(row) if self._values.is_current(row) else None
        return None if known is None else known.value

    def drop_old(self) -> None:
        """Forget values that are still to be worked out anew."""
        self._values.drop_old()

    def completed(self, items: Sequence[RowItem], first: int) -> list[RowItem]:
        """Return the rows with the values that are known of them, and have those typeset that are not yet.

        Args:
            items: All rows of the page.
            first: Number of the row whose value is typeset before the others.
        """
        found, wanted = list(items), []
        not_sure = {place for place, item in enumerate(items) if item.trust == "not sure"}
        behind = self._values.behind() if not_sure else ()
        for place, item in enumerate(items):
            result = self._values.known(place)
            if result is None:
                continue
            value, under = result.value, result.under
            latex, sum_latex = _latex_of(value, item.reading.latex, under), _sum_latex(value, under)
            missing = [one for one in (latex, sum_latex) if one and one not in self._typeset]
            if missing:
                # Only for a moment; plain text would flicker.
                wanted += [(place != first, place, one) for one in missing]
                continue
            formula, sum_formula = self._typeset.get(latex), self._typeset.get(sum_latex)
            complete = self._values.is_current(place)
            doubtful = tuple(one + 1 for one in sorted(behind[place] & not_sure)) if behind and value else ()
            known = (value, formula, result.sentence, complete, under, sum_formula, doubtful)
            # A row of which nothing has changed stays the same object, which takes no time to show.
            if known != _known_of(item):
                found[place] = replace(
                    item,
                    value=value,
                    value_formula=formula,
                    sentence=result.sentence,
                    complete=complete,
                    under=under,
                    sum_formula=sum_formula,
                    doubtful=doubtful,
                )
        if wanted:
            self._client.typeset_values([latex for _, _, latex in sorted(wanted)])
        return found

    def shut_down(self) -> None:
        """End what works out values."""
        self._values.shut_down()

    @Slot(str, object)
    def _keep(self, latex: str, formula: object) -> None:
        from digitvision.recognition.expression.notation.typesetting import TypesetFormula

        self._typeset[latex] = formula if isinstance(formula, TypesetFormula) else None
        while len(self._typeset) > _KEPT:
            self._typeset.pop(next(iter(self._typeset)))
        self.changed.emit()


def _known_of(item: RowItem) -> tuple[object, ...]:
    """Return what is known already of what a row comes to."""
    shown = item.value, item.value_formula, item.sentence, item.complete
    return *shown, item.under, item.sum_formula, item.doubtful


def certain_values(items: Sequence[RowItem]) -> tuple[list[ValueOf], list[SumOf]]:
    """Return the values that may stand beside the ink, and the sums under their rules.

    What a row comes to that may be another one is in the list only: beside the ink it would look certain.
    """
    doubtful = {place for place, item in enumerate(items) if item.trust == "not sure"}
    certain = [
        item for place, item in enumerate(items) if item.complete and place not in doubtful and not item.doubtful
    ]
    values = [(item.value_formula, item.reading) for item in certain if item.value_formula is not None]
    sums = [(item.sum_formula, item.under) for item in certain if item.sum_formula is not None and item.under]
    return values, sums


def _latex_of(value: "Value | None", latex: str, under: SumPlace | None) -> str:
    """Return the LaTeX of a value that is typeset; empty where it is shown as text or not at all."""
    if value is None or value.kind == "function":
        return ""
    # A rule does not equal its column's sum: beside it, an arrow says that the one follows from the other.
    equals = value.kind in ("number", "result") and under is None
    return value_latex(value.latex, equals=equals, after_equals=latex.endswith("="))


def _sum_latex(value: "Value | None", under: SumPlace | None) -> str:
    """Return the LaTeX of a column's sum as it stands under the rule; empty where there is none."""
    return "" if value is None or under is None else value_latex(value.latex, equals=True, after_equals=True)
