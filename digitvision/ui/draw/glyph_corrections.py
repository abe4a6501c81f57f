"""What the user says of glyphs: on their boxes, on the formula, with the tool that selects."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Slot

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import Relation
from digitvision.recognition.expression.reading.pinning import preferring
from digitvision.recognition.prediction import Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.canvas.selection_tool import SelectionTool
from digitvision.ui.document.document import Document
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from digitvision.ui.theme import palette_on


class GlyphCorrections(QObject):
    """Turns gestures into corrections of the document; each is a step that can be undone."""

    def __init__(self, document: Document, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._reading: Reading | None = None
        self._drawing = Drawing()
        self._asked_of: tuple[int, ...] = ()
        self._asked_box: Bounds | None = None
        self._popup: CandidatesPopup | None = None
        self.boxes = GlyphBoxes(canvas)
        self.selector = SelectionTool(canvas, self.boxes)
        canvas.add_tool("select", self.selector)
        self.boxes.picked.connect(self._ask_on_canvas)
        self.selector.picked.connect(self._ask_on_canvas)
        self.selector.joined.connect(self._join)
        self.selector.parted.connect(self._part)
        self.selector.related.connect(self._relate)

    @property
    def popup(self) -> CandidatesPopup | None:
        """The candidates that are offered, if any ever were."""
        return self._popup

    def show_reading(self, reading: Reading | None) -> None:
        """What can be corrected now: a reading of the document's drawing, or nothing."""
        self._reading, self._drawing = reading, self._document.drawing
        picture = self._document.picture
        size = None if picture is None else QSize(picture.ink.shape[1], picture.ink.shape[0])
        palette = None if picture is None else palette_on(picture.image)
        self.boxes.show_reading(reading, self._document.corrections, size, palette)
        # A picture has no strokes that could be selected.
        self.selector.show_reading(reading if picture is None else None)

    @Slot(int, QRect)
    def ask(self, place: int, on_screen: QRect) -> None:
        """Offer the candidates of a glyph that stands here on the screen."""
        if self._reading is None or not place < len(self._reading.glyphs):
            return
        if self._popup is None:
            self._popup = CandidatesPopup(self._canvas.window())
            self._popup.chosen.connect(self._label)
        glyph = self._reading.glyphs[place]
        self._asked_of, self._asked_box = glyph.strokes, glyph.box
        self._popup.ask(glyph, on_screen)

    @Slot(int)
    def prefer(self, place: int) -> None:
        """Have the candidate in this place read instead."""
        if self._reading is None or not 0 < place < len(self._reading.trees):
            return
        if self._document.picture is not None:
            text = self._reading.candidates[place].text
            self._document.correct(self._document.corrections.with_picture_text(text), self.tr("other reading"))
            return
        trees = self._reading.trees
        strokes = [stroke for symbol in trees[place].symbols for stroke in symbol.strokes]
        if strokes and self._now(strokes) == strokes:
            said = preferring(self._document.corrections, trees[place], trees[:place])
            self._document.correct(said, self.tr("other reading"))

    @Slot()
    def forget(self) -> None:
        """Take back all that was said."""
        self._document.correct(Corrections(), self.tr("forget corrections"))

    @Slot(int, QRect)
    def _ask_on_canvas(self, place: int, rectangle: QRect) -> None:
        corner: QPoint = self._canvas.mapToGlobal(rectangle.topLeft())
        self.ask(place, QRect(corner, rectangle.size()))

    @Slot(str)
    def _label(self, latex: str) -> None:
        if self._document.picture is not None and self._asked_box is not None:
            self._document.correct(self._document.corrections.with_picture_label(self._asked_box, latex))
            return
        strokes = self._now(self._asked_of)
        if strokes:
            self._document.correct(self._document.corrections.with_label(strokes, latex))

    @Slot(object)
    def _join(self, strokes: tuple[int, ...]) -> None:
        now = self._now(strokes)
        if now:
            self._document.correct(self._document.corrections.with_glyph(now), self.tr("one glyph"))

    @Slot(object)
    def _part(self, strokes: tuple[int, ...]) -> None:
        now = self._now(strokes)
        if len(now) > 1:
            self._document.correct(self._document.corrections.with_apart(now), self.tr("separate glyphs"))

    @Slot(int, int, str)
    def _relate(self, child: int, parent: int, relation: Relation) -> None:
        if self._reading is None:
            return
        own, of = (self._now(self._reading.glyphs[place].strokes) for place in (child, parent))
        if own and of:
            said = self._document.corrections.with_relation(own, of, relation)
            self._document.correct(said, self.tr("place"))

    def _now(self, strokes: Iterable[int]) -> list[int]:
        """Where strokes of the reading are in the drawing by now; none if one of them is gone."""
        current = self._document.drawing
        if current is self._drawing:
            return list(strokes)
        placed = {id(stroke): place for place, stroke in enumerate(current.strokes)}
        found = [placed.get(id(self._drawing.strokes[stroke])) for stroke in strokes]
        return [] if None in found else [place for place in found if place is not None]
