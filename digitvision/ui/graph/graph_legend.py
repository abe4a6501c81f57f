"""Which line is which function, where a graph shows several."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ui.graph.graph_colours import curve_pen

SAMPLE_PX: Final = 24
"""Length of a piece of each line."""

GAP_PX: Final = 6


class GraphLegend(QWidget):
    """One row for each function: a piece of its line, and its name; hidden for a single function."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Functions of the graph"))
        self.hide()

    @property
    def titles(self) -> tuple[str, ...]:
        """The names in sight."""
        return self._titles if not self.isHidden() else ()

    def show_titles(self, titles: Sequence[str]) -> None:
        """Name the functions."""
        self._titles = tuple(titles)
        self.setAccessibleDescription(", ".join(titles))
        self.setToolTip("\n".join(titles))
        self.setVisible(len(titles) > 1)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, len(self._titles) * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        metrics, height = self.fontMetrics(), self.fontMetrics().height()
        for index, title in enumerate(self._titles):
            middle = (index + 0.5) * height
            painter.setPen(curve_pen(index, self.palette()))
            painter.drawLine(GAP_PX, round(middle), GAP_PX + SAMPLE_PX, round(middle))
            left = SAMPLE_PX + 2 * GAP_PX
            room = self.width() - left
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            text = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRectF(left, index * height, room, height), Qt.AlignmentFlag.AlignVCenter, text)
