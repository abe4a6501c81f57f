"""The details of the chosen row: what is in sight of it already stays untouched, and its candidates are typeset."""

from PySide6.QtCore import QObject, Slot

from digitvision.ui.page.page_panel import PagePanel
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.reading.recognition_client import RecognitionClient


class RowDetails(QObject):
    """Shows the chosen row in the panel, once for each change."""

    def __init__(self, panel: PagePanel, client: RecognitionClient) -> None:
        """Show nothing yet.

        Args:
            panel: Has the details.
            client: Typesets the candidates.
        """
        super().__init__(panel)
        self._panel = panel
        self._client = client
        self._shown: tuple[object, ...] = ()
        self._wanted = False
        self._coming: set[int] = set()
        client.typeset.connect(self._show_candidate)

    def clear(self) -> None:
        """Forget what is shown, because something else is."""
        self._shown, self._wanted, self._coming = (), False, set()

    def ask_again(self) -> None:
        """Have those candidates typeset anew that had not come when another answer did, which drops them."""
        self._wanted = self._wanted or bool(self._coming)

    def show(self, place: int, item: RowItem | None) -> None:
        """Show the row at this place, from 0, where it looks different."""
        if item is None:
            return
        candidates = tuple((one.latex, one.confidence) for one in item.reading.candidates)
        row = (item.key, place, item.reading.mode, item.kind_text, item.text, item.trust, candidates)
        if row != self._shown[:-1]:
            self._shown = (*row, item.looks)
            self._coming = set()
            self._panel.show_details(place + 1, item)
            self._wanted = bool(item.reading.candidates)
        elif item.looks != self._shown[-1]:
            self._shown = (*row, item.looks)
            self._panel.show_formula(item)
        if self._wanted and item.complete:
            # Not before: the value, which is typeset in the same thread, is waited for.
            self._wanted = False
            self._coming = set(range(1, len(item.reading.trees)))
            self._client.typeset_candidates(item.reading)

    @Slot(int, object)
    def _show_candidate(self, index: int, formula: object) -> None:
        from digitvision.recognition.expression.notation.typesetting import TypesetDifference

        self._coming.discard(index)
        if self._shown and index:
            shown = formula if isinstance(formula, TypesetDifference) else None
            self._panel.details.candidates.show_formula(index, shown)
