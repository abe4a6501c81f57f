"""The user's corrections of glyphs, made on their boxes, on the formula and with the selection."""

from collections.abc import Iterable
from functools import reduce
from math import inf
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, Slot

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.expression.layout import Relation
from digitvision.recognition.expression.reading.pinning import preferring
from digitvision.recognition.prediction import GlyphReading, Reading
from digitvision.recognition.text.latex import other_words, word_text
from digitvision.recognition.text.own_words import OwnWords, own_words_path
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.document.document import Document
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from digitvision.ui.draw.dismissal import Dismissal
from digitvision.ui.reading.reading_text import ReadingTrust, trust_of
from digitvision.ui.selection.selection_tool import SelectionTool
from digitvision.ui.theme import palette_on

_EVERYWHERE: Final = Bounds(-inf, -inf, inf, inf)


class GlyphCorrections(QObject):
    """Turns gestures into corrections of the document; each is a step that can be undone."""

    def __init__(self, document: Document, canvas: Canvas, selector: SelectionTool) -> None:
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._reading: Reading | None = None
        self._drawing = Drawing()
        self._asked_strokes: tuple[int, ...] = ()
        self._asked_box: Bounds | None = None
        self._asked_word = False
        self._popup: CandidatesPopup | None = None
        self.boxes = GlyphBoxes(canvas)
        self.selector = selector
        """The tool whose gestures become corrections."""
        selector.use_boxes(self.boxes)
        # Asked after the boxes: a tap on another label, while the list is open, asks about that one.
        self._dismissal = Dismissal(canvas)
        self.boxes.picked.connect(self._ask_on_canvas)
        self.selector.picked.connect(self._ask_on_canvas)
        self.selector.view.joined.connect(self.join)
        self.selector.view.parted.connect(self.part)
        self.selector.related.connect(self._relate)
        canvas.sheet.moved.connect(self._leave_popup)

    @property
    def popup(self) -> CandidatesPopup | None:
        """The list of candidates; None before it was first shown."""
        return self._popup

    def show_reading(self, reading: Reading | None) -> None:
        """Let the user correct this reading of the document's content; None for nothing."""
        self._reading, self._drawing = reading, self._document.drawing
        picture = self._document.picture
        size = None if picture is None else QSize(picture.ink.shape[1], picture.ink.shape[0])
        palette = None if picture is None else palette_on(picture.image)
        self.boxes.show_reading(reading, self._document.corrections, size, palette)
        # A picture has no strokes to select.
        self.selector.show_reading(reading if picture is None else None)

    def trust_in(self, reading: Reading, box: Bounds = _EVERYWHERE) -> ReadingTrust:
        """Return how far a reading, or that of a row with this box, can be relied on after all corrections."""
        return trust_of(reading, self._document.corrections, box if self._document.picture is not None else None)

    @Slot(int, QRect)
    def ask(self, index: int, on_screen: QRect) -> None:
        """Show the candidates of a glyph, beside its rectangle on the screen."""
        if self._reading is None or not index < len(self._reading.glyphs):
            return
        if self._popup is None:
            self._popup = CandidatesPopup(self._canvas.window())
            self._popup.chosen.connect(self._label)
            self._popup.taken_back.connect(self._take_label_back)
            self._popup.left.connect(self._dismissal.begin)
        glyph = self._reading.glyphs[index]
        self._asked_strokes, self._asked_box = glyph.strokes, glyph.box
        self._asked_word = glyph.is_word
        self._popup.ask(glyph, on_screen, self._row_on_screen(glyph))

    def _row_on_screen(self, glyph: GlyphReading) -> QRect | None:
        """Return the rectangle of a glyph's row with its boxes; None where no rows are read."""
        rows = () if self._reading is None else self._reading.rows
        own = next((row.reading.glyphs for row in rows if any(one is glyph for one in row.reading.glyphs)), ())
        places = [place for place, one in enumerate(self.boxes.glyphs) if any(one is other for other in own)]
        if not places:
            return None
        boxes = (self.boxes.rectangle(place).united(self.boxes.label(place)) for place in places)
        on_canvas = reduce(QRectF.united, boxes).toAlignedRect()
        return QRect(self._canvas.mapToGlobal(on_canvas.topLeft()), on_canvas.size())

    @Slot()
    def _leave_popup(self) -> None:
        """Close the list of candidates: its glyph lies elsewhere now."""
        if self._popup is not None and self._popup.isVisible():
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def prefer(self, reading: Reading, index: int, row: Bounds | None = None) -> None:
        """Correct a reading, or a row of it, to the candidate with this index, which must not be 0.

        Args:
            reading: The reading.
            index: Index of the candidate.
            row: The box of the row where it is one of several of a picture.
        """
        if not 0 < index < len(reading.trees):
            return
        if self._document.picture is not None:
            wanted, corrections = reading.candidates[index], self._document.corrections
            if row is not None and len(reading.glyphs) == 1:
                corrections = corrections.with_picture_label(row, wanted.latex)
            else:
                corrections = corrections.with_picture_text(wanted.text, row)
            self._document.correct(corrections, self.tr("other reading"))
            return
        if any(glyph.is_word for glyph in reading.glyphs):
            self._prefer_words(reading, reading.candidates[index].text)
            return
        trees = reading.trees
        strokes = [stroke for symbol in trees[index].symbols for stroke in symbol.strokes]
        if strokes and self.current_indices(strokes) == strokes:
            corrections = preferring(self._document.corrections, trees[index], trees[:index])
            self._document.correct(corrections, self.tr("other reading"))

    def _prefer_words(self, reading: Reading, text: str) -> None:
        """Correct the words of a reading in which another text of the whole line differs."""
        corrections = self._document.corrections
        for strokes, latex in other_words(reading, text):
            own = self.current_indices(strokes)
            if own:
                corrections = corrections.with_label(own, latex)
        self._document.correct(corrections, self.tr("other reading"))

    @Slot(int, QRect)
    def _ask_on_canvas(self, index: int, rectangle: QRect) -> None:
        corner: QPoint = self._canvas.mapToGlobal(rectangle.topLeft())
        self.ask(index, QRect(corner, rectangle.size()))

    @Slot(str)
    def _label(self, latex: str) -> None:
        if self._asked_word:
            OwnWords(own_words_path()).add(word_text(latex))
        if self._document.picture is not None and self._asked_box is not None:
            self._document.correct(self._document.corrections.with_picture_label(self._asked_box, latex))
            return
        strokes = self.current_indices(self._asked_strokes)
        if strokes:
            self._document.correct(self._document.corrections.with_label(strokes, latex))

    @Slot()
    def _take_label_back(self) -> None:
        corrections, text = self._document.corrections, self.tr("as read")
        if self._document.picture is not None and self._asked_box is not None:
            self._document.correct(corrections.without_picture_label(self._asked_box), text)
            return
        strokes = self.current_indices(self._asked_strokes)
        if strokes:
            self._document.correct(corrections.without_label(strokes), text)

    @Slot()
    def join(self) -> None:
        """Make the selected strokes one glyph."""
        strokes = self.selector.selected
        self.selector.clear()
        if strokes:
            self._document.correct(self._document.corrections.with_glyph(strokes), self.tr("one glyph"))

    @Slot()
    def part(self) -> None:
        """Keep the selected strokes in different glyphs."""
        strokes = self.selector.selected
        self.selector.clear()
        if len(strokes) > 1:
            self._document.correct(self._document.corrections.with_apart(strokes), self.tr("separate glyphs"))

    @Slot(int, int, str)
    def _relate(self, child: int, parent: int, relation: Relation) -> None:
        if self._reading is None:
            return
        parent_strokes = set(self._reading.glyphs[parent].strokes)
        own, of = (self.current_indices(self._reading.glyphs[index].strokes) for index in (child, parent))
        if own and of:
            corrections = self._document.corrections.with_relation(own, of, relation)
            row = next((row for row in self._reading.rows if parent_strokes <= set(row.strokes)), None)
            if row is not None and not set(own) <= set(row.strokes):
                # What stands beside a glyph of another row belongs to that row.
                corrections = corrections.with_row((*row.strokes, *own), row.reading.mode)
            self._document.correct(corrections, self.tr("position"))

    def current_indices(self, strokes: Iterable[int]) -> list[int]:
        """Return the indices that strokes of the reading have in the drawing now; none if one of them is gone."""
        current = self._document.drawing
        if current is self._drawing:
            return list(strokes)
        indices = {id(stroke): index for index, stroke in enumerate(current.strokes)}
        found = [indices.get(id(self._drawing.strokes[stroke])) for stroke in strokes]
        return [] if None in found else [index for index in found if index is not None]
