"""The answer beside the canvas: the character that was read, how sure that is, and what the network sees."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPaintEvent, QPalette, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitvision.ink.raster import RASTER_SIZE, Raster
from digitvision.recognition.models.data_names import figure_data_name
from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.choice_row import ChoiceRow
from digitvision.ui.answer.confidence_chart import ConfidenceChart
from digitvision.ui.answer.ranked_chart import RankedChart
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.reading_text import AnswerWords, shown_weight, words_for
from digitvision.ui.theme import hairline, symbol
from digitvision.ui.widgets.layouts import add_layout

ANSWER_POINTS: Final = 64.0
"""Size of the answer in points."""

NOT_SURE_PX: Final = 56
"""Side of the question mark that stands in the answer's place when the reading is not sure."""

ANSWER_WIDTHS_PX: Final = (80, 112)
"""Smallest widths of the answer, in a row and in a column."""

MOST_BARS: Final = 12
"""Number of classes up to which an alphabet has one bar for each class; a larger one is ranked."""

RASTER_SIDES_PX: Final = (84, 308)
CAPTION_SPACE_PX: Final = 4
SPACE_PX: Final = 16
"""Space between the panel's parts."""

RASTER_SHARE: Final = 0.5
RASTER_SHARE_IN_ROW: Final = 0.23
"""Largest share of the panel's width for the raster, in a column (`RASTER_SHARE`) and in a row."""

TALLEST_CHART_PX: Final = 420


class RasterView(QWidget):
    """The raster that the network reads, enlarged, in the colours of the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: Raster | None = None
        self.set_side(RASTER_SIDES_PX[0])
        self.setAccessibleName(self.tr("What the network sees"))
        self.setToolTip(self.tr("What the network sees: {size}×{size} pixels").format(size=RASTER_SIZE))

    def set_side(self, side: int) -> None:
        """Make the view about this large: whole pixels for each of the raster's, so that all are of one size."""
        self.setFixedSize(QSize(1, 1) * (max(side // RASTER_SIZE, 1) * RASTER_SIZE))

    def show_raster(self, raster: Raster | None) -> None:
        """Show another raster; None for an empty view."""
        if raster is not self._raster:
            self._raster = raster
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(box, palette.color(QPalette.ColorRole.Base))
        if self._raster is not None:
            paper = _rgb(palette.color(QPalette.ColorRole.Base))
            ink = _rgb(palette.color(QPalette.ColorRole.Text))
            pixels = (paper + (ink - paper) * self._raster[..., None]).round().astype(np.uint8)
            image = QImage(pixels.tobytes(), RASTER_SIZE, RASTER_SIZE, RASTER_SIZE * 3, QImage.Format.Format_RGB888)
            painter.drawImage(box, image)
        painter.setPen(QPen(hairline(palette), 0))
        painter.drawRect(box.adjusted(0, 0, -1, -1))


class AnswerPanel(QWidget):
    """Shows a reading of a single character, in a row below the canvas or in a column beside it; see `set_wide`."""

    chosen = Signal(str)
    """LaTeX of the class that the user says the drawing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Model | None = None
        self._alphabet: AlphabetCard | None = None
        self._reading: Reading | None = None
        self._unsure = False
        self._wide = False
        self._answer = QLabel()
        self._answer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._answer.setAccessibleName(self.tr("Answer"))
        self._headline = QLabel()
        self._verdict = _wrapping_label()
        self.choices = ChoiceRow()
        self.choices.chosen.connect(self.chosen)
        self._likeness = _wrapping_label()
        self._likeness.setAccessibleName(self.tr("Look-alikes"))
        self._likeness.setToolTip(
            self.tr(
                "Many people write these symbols alike. The size beside the neighbours, or the neighbours themselves, "
                "tell which one is meant; the shape alone does not."
            )
        )
        self.hint = ReadingHint()
        self.hint.shown_changed.connect(self._make_room)
        self._bars = ConfidenceChart()
        self._ranking = RankedChart()
        self._ranking.hide()
        for chart in (self._bars, self._ranking):
            chart.picked.connect(self._pick)
        self._raster_view = RasterView()
        self._raster_caption = QLabel(self.tr("What the network sees"))
        self._info = _wrapping_label()
        self._upper, self._foot = self._upper_layout(), self._foot_layout()
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_PX)
        add_layout(self._layout, self._upper)
        self._layout.addWidget(self._bars, 1)
        self._layout.addWidget(self._ranking, 1)
        add_layout(self._layout, self._foot)
        self._layout.addStretch(0)
        self._take_fonts()
        self.show_nothing()

    def _upper_layout(self) -> QVBoxLayout:
        """Lay out the answer with its confidence, and below them the sentences on it."""
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._headline)
        words.addWidget(self._verdict)
        words.addStretch(1)
        answer = QHBoxLayout()
        answer.setSpacing(SPACE_PX)
        answer.addWidget(self._answer)
        add_layout(answer, words, 1)
        upper = QVBoxLayout()
        upper.setSpacing(CAPTION_SPACE_PX)
        upper.addStretch(1)
        add_layout(upper, answer)
        upper.addWidget(self.choices)
        upper.addWidget(self._likeness)
        upper.addWidget(self.hint)
        upper.addStretch(1)
        return upper

    def _foot_layout(self) -> QBoxLayout:
        """Lay out the raster with its caption, and beside it the facts about the model."""
        raster = QVBoxLayout()
        raster.setSpacing(CAPTION_SPACE_PX)
        raster.addWidget(self._raster_view)
        raster.addWidget(self._raster_caption)
        raster.addStretch(1)
        foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        foot.setSpacing(SPACE_PX)
        add_layout(foot, raster)
        foot.addWidget(self._info, 1, Qt.AlignmentFlag.AlignTop)
        return foot

    @property
    def chart(self) -> ConfidenceChart | RankedChart:
        """The chart in sight: one bar for each class, or for many classes a ranking."""
        return self._bars if self._ranking.isHidden() else self._ranking

    @property
    def settled(self) -> bool:
        """Whether everything that belongs to the answer is there."""
        return self._bars.settled

    @property
    def answer_text(self) -> str:
        """The answer in large type; empty where nothing is read, or where the reading is not sure."""
        return self._answer.text()

    @property
    def headline_text(self) -> str:
        """The confidence, or that the reading is not sure."""
        return self._headline.text()

    @property
    def verdict_text(self) -> str:
        """The word for the confidence, or what a reading that is not sure might be."""
        return self._verdict.text()

    @property
    def likeness_text(self) -> str:
        """The sentence on which candidates look alike; empty when none do."""
        return self._likeness.text()

    def set_wide(self, wide: bool) -> None:
        """Lay the panel out in a row, for below the canvas, or in a column, for beside it."""
        self._wide = wide
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        for chart in (self._bars, self._ranking):
            chart.setMaximumHeight(TALLEST_CHART_PX)
        self._arrange_foot(self.size())
        self._take_answer_width()

    def show_model(self, model: Model, alphabet: str) -> None:
        """Show the classes and the name of the model that answers, within one of its alphabets."""
        self._model = model
        self._alphabet = model.card.alphabet_card(alphabet)
        names = [model.card.labels[index].text for index in self._alphabet.class_indices]
        many = len(names) > MOST_BARS
        self._bars.setVisible(not many)
        self._ranking.setVisible(many)
        self.chart.set_classes(names)
        self._arrange_foot(self.size())
        self._show_info(None)

    def show_loading(self, text: str) -> None:
        """Show what the panel waits for, or why no model answers."""
        self._info.setText(text)

    def show_nothing(self, message: str = "") -> None:
        """Show no answer and all bars at zero; `message` says what to do, or what is wrong."""
        message = message or self.tr("Write on the canvas.")
        self._take_reading(None)
        self._set_words(AnswerWords("", self.tr("No answer yet"), message, (), ""), unsure=False)
        self._raster_view.show_raster(None)
        self.chart.clear_values()
        self._show_info(None)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show a reading; with `ease` the bars move to it, without it they are in place at once."""
        if not reading.candidates or self._alphabet is None:
            self.show_nothing()
            return
        self._take_reading(reading)
        self._set_words(words_for(reading, self._alphabet), unsure=not reading.sure)
        self._raster_view.show_raster(reading.raster)
        prediction = reading.glyphs[0].prediction
        weight = shown_weight(reading, self._alphabet)
        values, sure, chosen = prediction.probabilities * np.float32(weight), reading.sure, None
        if reading.chosen:
            chosen = prediction.index_of(reading.latex)
            # What was chosen in another alphabet has no bar in this one.
            sure = chosen is not None
        self.chart.show_values(values, ease=ease, sure=sure, chosen=chosen)
        self._show_info(reading)

    def _set_words(self, words: AnswerWords, *, unsure: bool) -> None:
        if unsure != self._unsure:
            self._unsure = unsure
            self._take_fonts()
            self._take_answer_width()
            # A label holds either a text or a picture: setting one drops the other.
            self._answer.clear()
            if unsure:
                self._answer.setPixmap(self._question_mark())
        for label, text in (
            *(((self._answer, words.glyph),) if not unsure else ()),
            (self._headline, words.headline),
            (self._verdict, words.verdict),
            (self._likeness, words.likeness),
        ):
            if label.text() != text:
                label.setText(text)
        # Without an answer the words have the whole width.
        alone = not unsure and not words.glyph
        self._answer.setVisible(not alone)
        # In a row the chart would take it.
        needed = self._headline.fontMetrics().horizontalAdvance(words.headline) if alone and self._wide else 0
        self._headline.setMinimumWidth(needed)
        self._likeness.setVisible(bool(words.likeness))
        self.choices.show_candidates(words.others)
        # Longer sentences may leave no room for the raster.
        self._arrange_foot(self.size())
        spoken = (words.glyph, words.headline, words.verdict)
        self._answer.setAccessibleDescription((", " if unsure else " ").join(part for part in spoken if part))

    def _question_mark(self) -> QPixmap:
        return symbol("question", self.palette(), NOT_SURE_PX, self.devicePixelRatioF())

    def _take_answer_width(self) -> None:
        in_row, in_column = ANSWER_WIDTHS_PX
        # The sentences of a reading that is not sure are longer and need more width.
        self._answer.setMinimumWidth(NOT_SURE_PX if self._unsure else in_row if self._wide else in_column)

    def _show_info(self, reading: Reading | None) -> None:
        if self._model is None:
            return
        lines = [self.tr("Model: {name}").format(name=self._model.name)]
        figures = [figure for figure in self._model.card.figures if figure.name == "accuracy"]
        # A model for several alphabets has one figure for each; the chosen alphabet's counts.
        within = self._alphabet.name if self._alphabet is not None else ""
        figure = next((item for item in figures if item.data.endswith(f", {within}")), next(iter(figures), None))
        if figure is not None:
            # The alphabet is in sight already, and the room is small.
            data = figure_data_name(figure.data.removesuffix(f", {within}"))
            lines.append(f"{data[:1].upper()}{data[1:]}: {figure.value * 100:.2f}\u00a0%")
        if reading is not None:
            lines.append(self.tr("Read in {ms:.1f} ms").format(ms=reading.elapsed_ms))
        text = "\n".join(lines)
        if self._info.text() != text:
            self._info.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_foot(event.size())

    def _take_reading(self, reading: Reading | None) -> None:
        """Keep the reading that a click on a bar corrects; the pointer shows whether there is one."""
        self._reading = reading
        shape = Qt.CursorShape.ArrowCursor if reading is None else Qt.CursorShape.PointingHandCursor
        if self.chart.cursor().shape() != shape:
            # Qt would tell the screen with every answer.
            self.chart.setCursor(shape)

    @Slot(int)
    def _pick(self, index: int) -> None:
        """Choose the class whose bar was clicked."""
        if self._reading is not None:
            self.chosen.emit(self._reading.glyphs[0].prediction.labels[index].latex)

    @Slot()
    def _make_room(self) -> None:
        self._arrange_foot(self.size())

    def _arrange_foot(self, size: QSize) -> None:
        """Give the raster the room that answer and chart leave; where that is too little, the raster is hidden."""
        smallest, largest = RASTER_SIDES_PX
        below = self._raster_caption.sizeHint().height() + CAPTION_SPACE_PX
        side = size.height() - below
        if self._wide:
            side = min(side, int(size.width() * RASTER_SHARE_IN_ROW))
        else:
            words = max(self._answer.fontMetrics().height(), self._upper.heightForWidth(size.width()))
            above = words + self.chart.minimumHeight() + 2 * SPACE_PX
            side = min(side - above, int(size.width() * RASTER_SHARE))
        shown = self._wide or side >= smallest
        self._raster_view.setVisible(shown)
        self._raster_caption.setVisible(shown)
        self._info.setVisible(shown and not self._wide)
        self._raster_view.set_side(min(max(side, smallest), largest))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._take_fonts()
        elif event.type() == QEvent.Type.PaletteChange and self._unsure:
            self._answer.setPixmap(self._question_mark())

    def _take_fonts(self) -> None:
        # All sizes are multiples of the system's font size.
        base = QFontInfo(self.font()).pointSizeF()
        for label, points in (
            (self._answer, ANSWER_POINTS),
            (self._headline, base * (2.4 if self._unsure else 1.8)),
            (self._verdict, base * 1.25),
            (self._likeness, base),
        ):
            font = label.font()
            font.setPointSizeF(points)
            label.setFont(font)


def _wrapping_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    return label


def _rgb(colour: QColor) -> NDArray[np.float32]:
    return np.array([colour.red(), colour.green(), colour.blue()], np.float32)
