"""The answer beside the canvas: what was read and how sure, what else it may be, and what the network sees."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QImage, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitvision.ink.raster import RASTER_SIZE, Raster
from digitvision.recognition.modelstore import Model
from digitvision.recognition.prediction import Reading, percent
from digitvision.ui.confidence_chart import ConfidenceChart
from digitvision.ui.theme import hairline

ANSWER_POINTS: Final = 64.0
"""The one display size."""

NEXT_CANDIDATES: Final = 3
RASTER_SIDES_PX: Final = (84, 308)
CAPTION_SPACE_PX: Final = 4
SPACE_PX: Final = 16
"""Between the panel's parts."""

RASTER_SHARE: Final = 0.5
RASTER_SHARE_IN_ROW: Final = 0.23
"""The most that the raster takes of the panel's width, in a column and in a row."""

TALLEST_CHART_PX: Final = 420
LEAST_CANDIDATE: Final = 0.001
"""Less likely answers are not named as the next best."""


class RasterView(QWidget):
    """The raster that the network sees, enlarged, ink on paper like the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: Raster | None = None
        self.set_side(RASTER_SIDES_PX[0])
        self.setAccessibleName(self.tr("What the network sees"))
        self.setToolTip(self.tr("What the network sees: {size}×{size} pixels").format(size=RASTER_SIZE))

    def set_side(self, side: int) -> None:
        """Make the view about so large: whole pixels for each of the raster's, so that all are of one size."""
        self.setFixedSize(QSize(1, 1) * (max(side // RASTER_SIZE, 1) * RASTER_SIZE))

    def show_raster(self, raster: Raster | None) -> None:
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
    """Shows a reading. `set_wide` lays it out in a row, for below the canvas, or in a column, for beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Model | None = None
        self._answer = QLabel()
        self._answer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._answer.setAccessibleName(self.tr("Answer"))
        self._confidence = QLabel()
        self._verdict = QLabel()
        self._next = QLabel()
        self._next.setWordWrap(True)
        self._next.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._next.setAccessibleName(self.tr("Next best answers"))
        self.chart = ConfidenceChart()
        self._raster_view = RasterView()
        self._raster_caption = QLabel(self.tr("What the network sees"))
        self._info = QLabel()
        self._info.setWordWrap(True)

        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._confidence)
        words.addWidget(self._verdict)
        words.addSpacing(8)
        words.addWidget(self._next)
        words.addStretch(1)
        answer = QHBoxLayout()
        answer.setSpacing(SPACE_PX)
        answer.addWidget(self._answer)
        answer.addLayout(words, 1)
        seen = QVBoxLayout()
        seen.setSpacing(CAPTION_SPACE_PX)
        seen.addWidget(self._raster_view)
        seen.addWidget(self._raster_caption)
        seen.addStretch(1)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.setSpacing(SPACE_PX)
        self._foot.addLayout(seen)
        self._foot.addWidget(self._info, 1, Qt.AlignmentFlag.AlignTop)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_PX)
        self._layout.addLayout(answer)
        self._layout.addWidget(self.chart, 1)
        self._layout.addLayout(self._foot)
        self._layout.addStretch(0)
        self._wide = False
        self._take_fonts()
        self.show_nothing()

    @property
    def answer_text(self) -> str:
        """The answer as it stands in large type; empty when there is none."""
        return self._answer.text()

    @property
    def verdict_text(self) -> str:
        return self._verdict.text()

    def set_wide(self, wide: bool) -> None:
        """Lay out for a place that is wider than high, or higher than wide."""
        self._wide = wide
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        self.chart.setMaximumHeight(TALLEST_CHART_PX)
        self._arrange_foot(self.size())
        self._answer.setMinimumWidth(80 if wide else 112)

    def show_model(self, model: Model) -> None:
        """The model that answers from now on."""
        self._model = model
        self.chart.set_classes([label.text for label in model.card.labels])
        self._show_info(None)

    def show_loading(self, text: str) -> None:
        """What is being waited for."""
        self._info.setText(text)

    def show_nothing(self, hint: str = "") -> None:
        """There is nothing to read: no answer, all bars at zero; `hint` says what to do, or what is wrong."""
        self._set_answer("", self.tr("No answer yet"), hint or self.tr("Write on the canvas."), "")
        self._raster_view.show_raster(None)
        self.chart.clear_values()
        self._show_info(None)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show an answer; `ease` lets the bars move to it, else they are in place at once."""
        if not reading.candidates:
            self.show_nothing()
            return
        others = [
            f"{candidate.text}\u00a0{_unbroken(candidate.confidence)}"
            for candidate in reading.candidates[1 : NEXT_CANDIDATES + 1]
            if candidate.confidence >= LEAST_CANDIDATE
        ]
        verdict = {
            "sure": self.tr("Sure"),
            "likely": self.tr("Likely"),
            "not sure": self.tr("Not sure"),
        }[reading.verdict]
        following = self.tr("Next: {others}").format(others="   ".join(others)) if others else ""
        self._set_answer(reading.text, _unbroken(reading.confidence), verdict, following)
        # An answer that is only a guess stands back.
        self._answer.setEnabled(reading.verdict != "not sure")
        self._raster_view.show_raster(reading.raster)
        self.chart.show_values(reading.glyphs[0].prediction.probabilities, ease=ease)
        self._show_info(reading)

    def _set_answer(self, answer: str, confidence: str, verdict: str, following: str) -> None:
        for label, text in (
            (self._answer, answer),
            (self._confidence, confidence),
            (self._verdict, verdict),
            (self._next, following),
        ):
            if label.text() != text:
                label.setText(text)
        # Without an answer its place goes to the words.
        self._answer.setVisible(bool(answer))
        self._answer.setAccessibleDescription(f"{answer} {confidence} {verdict}".strip())

    def _show_info(self, reading: Reading | None) -> None:
        if self._model is None:
            return
        lines = [self.tr("Model: {name}").format(name=self._model.name)]
        figure = next((figure for figure in self._model.card.figures if figure.name == "accuracy"), None)
        if figure is not None:
            lines.append(f"{figure.data}: {figure.value * 100:.2f}\u00a0%")
        if reading is not None:
            lines.append(self.tr("Read in {ms:.1f} ms").format(ms=reading.elapsed_ms))
        text = "\n".join(lines)
        if self._info.text() != text:
            self._info.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_foot(event.size())

    def _arrange_foot(self, size: QSize) -> None:
        """Give the raster the room that answer and chart leave; where that is too little, only they are shown."""
        smallest, largest = RASTER_SIDES_PX
        below = self._raster_caption.sizeHint().height() + CAPTION_SPACE_PX
        side = size.height() - below
        if self._wide:
            side = min(side, int(size.width() * RASTER_SHARE_IN_ROW))
        else:
            above = self._answer.fontMetrics().height() + self.chart.minimumHeight() + 2 * SPACE_PX
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

    def _take_fonts(self) -> None:
        # The sizes follow the system's, so that a large font there makes a large one here.
        base = QFontInfo(self.font()).pointSizeF()
        for label, points in (
            (self._answer, ANSWER_POINTS),
            (self._confidence, base * 1.8),
            (self._verdict, base * 1.25),
            (self._next, base * 1.1),
        ):
            font = label.font()
            font.setPointSizeF(points)
            label.setFont(font)


def _rgb(colour: QColor) -> NDArray[np.float32]:
    return np.array([colour.red(), colour.green(), colour.blue()], np.float32)


def _unbroken(confidence: float) -> str:
    """A confidence in percent that stays on one line."""
    return percent(confidence).replace(" ", "\u00a0")
