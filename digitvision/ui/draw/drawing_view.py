"""What is remembered with a drawing of how it is looked at: the part of the paper in sight, and its pattern."""

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.ink.drawing_settings import View
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.paper.patterns import Pattern, pattern_named


class DrawingView(QObject):
    """Keeps the canvas's paper and the document's settings the same."""

    pattern_changed = Signal(str)
    """Name of the pattern that is printed on the paper now."""

    def __init__(self, document: Document, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._sheet = canvas.sheet
        self._usual_pattern: Pattern = "blank"
        document.replaced.connect(self._show)
        document.settings_changed.connect(self._show_pattern)
        canvas.sheet.view.settled.connect(self._remember_view)

    def set_usual_pattern(self, name: str) -> None:
        """Set the pattern of drawings with which none is remembered."""
        self._usual_pattern = pattern_named(name)
        self._show_pattern()

    def choose_pattern(self, pattern: Pattern) -> None:
        """Print this on the paper, and remember it with the drawing and for new ones."""
        self._usual_pattern = pattern
        self._document.remember(paper=pattern)
        self._show_pattern()

    @Slot()
    def _show(self) -> None:
        self._sheet.view.show(self._document.settings.view)
        self._sheet.set_marks(self._document.settings.foreign.marks)
        self._show_pattern()

    @Slot()
    def _show_pattern(self) -> None:
        name = self._document.settings.paper
        pattern = pattern_named(name) if name else self._usual_pattern
        if pattern != self._sheet.pattern:
            self._sheet.set_pattern(pattern)
            self.pattern_changed.emit(pattern)

    @Slot(object)
    def _remember_view(self, view: View | None) -> None:
        # A picture has no file that could keep its view, and the drawing below it keeps its own.
        if self._document.picture is None:
            self._document.remember(view=view)
