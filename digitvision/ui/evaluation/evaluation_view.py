"""One evaluation on screen: its figures, the confusion matrix, and tables behind them."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitvision.ui.evaluation.confusion_matrix import READABLE_CELL_PX, ConfusionMatrix
from digitvision.ui.evaluation.evaluation_charts import ReliabilityDiagram, ShareTable
from digitvision.ui.evaluation.evaluation_results import EvaluationResults
from digitvision.ui.evaluation.mistakes_view import MistakesView
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.page_bar import PageBar

_FIGURES: Final = 6
_FIGURE_PX: Final = 16
_CAPTION_PX: Final = 11
_LABELS_PX: Final = 24
_WIDE_PX: Final = 700
_WIDE_SPACING_PX: Final = 24
_NARROW_SPACING_PX: Final = 8


class EvaluationView(QWidget):
    """Shows the figures of an evaluation; it measures nothing itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = QGridLayout()
        self._make_figures()
        self.matrix = ConfusionMatrix()
        self._mistakes = MistakesView()
        self._reliability = ReliabilityDiagram()
        name, samples, right = self.tr("Class"), self.tr("Samples"), self.tr("Right")
        self._classes = ShareTable(self.tr("Classes, the worst first"), [name, samples, right])
        self._writers = ShareTable(self.tr("Writers, the worst first"), [self.tr("Writer"), samples, right])
        junk = [self.tr("Junk"), samples, self.tr("AUROC"), self.tr("Marked not sure")]
        self._junk = ShareTable(self.tr("Junk"), junk)
        self._robustness = ShareTable(self.tr("Changed characters"), [self.tr("Changed"), samples, right])
        self._pointed = QLabel()
        self._pointed.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = QCheckBox(self.tr("&Whole matrix"))
        self._whole.setToolTip(self.tr("Show all classes at once, however small the cells become"))
        self._whole.toggled.connect(self.matrix.set_whole)
        self._tabs = QTabWidget()
        self._tabs.setTabBar(PageBar())
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName(self.tr("What to look at"))
        for arrow in self._tabs.tabBar().findChildren(QToolButton):
            arrow.setToolTip(self.tr("Show more tabs"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        caption = QLabel(self.tr("Rows: truth · columns: answer"))
        head.addWidget(caption, 1)
        head.addWidget(self._whole)
        add_layout(column, head)
        column.addWidget(self.matrix, 1)
        column.addWidget(self._pointed)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(left)
        self._halves.addWidget(self._tabs)
        self._halves.splitterMoved.connect(self._keep_split)
        self._moved = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        add_layout(layout, self._figures)
        layout.addWidget(self._halves, 1)
        self.matrix.cell_chosen.connect(self._show_cell)
        self.matrix.cell_pointed.connect(self._show_pointed)
        self._mistakes.cell_chosen.connect(self.matrix.choose)

    @property
    def caption(self) -> str:
        """The sentence above the mistakes that are shown."""
        return self._mistakes.caption

    @property
    def tab_titles(self) -> list[str]:
        """The titles of the tabs beside the matrix."""
        return [self._tabs.tabText(index) for index in range(self._tabs.count())]

    def show_results(self, results: EvaluationResults) -> None:
        """Show another evaluation."""
        self._show_figures(results)
        self.matrix.set_matrix(results.labels, results.confusion)
        self._whole.setVisible(len(results.labels) * READABLE_CELL_PX > 200)
        self._mistakes.set_results(results)
        self._reliability.set_bins(results.bins)
        self._classes.set_shares(sorted(results.classes, key=lambda share: (share.value, -share.samples)))
        self._writers.set_shares(results.writers)
        self._junk.set_shares(results.junk)
        self._robustness.set_shares(results.robustness)
        self._show_tabs(results)
        if results.mistakes:
            self.matrix.choose(*results.mistakes[0][:2])
        self._show_pointed("")

    def _show_tabs(self, results: EvaluationResults) -> None:
        """Show a tab for each kind of figures that was measured."""
        current = self._tabs.currentWidget()
        self._tabs.clear()
        for widget, title, is_there in (
            (self._mistakes, self.tr("Mistakes"), True),
            (self._reliability, self.tr("Reliability"), True),
            (self._classes, self.tr("Classes"), True),
            (self._writers, self.tr("Writers"), bool(results.writers)),
            (self._junk, self.tr("Junk"), bool(results.junk)),
            (self._robustness, self.tr("Robustness"), bool(results.robustness)),
        ):
            if is_there:
                self._tabs.addTab(widget, title)
            else:
                # Without a parent the widget would become a window.
                widget.setParent(self)
                widget.hide()
        if current is not None and self._tabs.indexOf(current) >= 0:
            self._tabs.setCurrentWidget(current)

    def _show_figures(self, results: EvaluationResults) -> None:
        low, high = results.interval
        rejection = "–" if results.rejection is None else f"{results.rejection:.4f}"
        figures = [
            (
                f"{results.accuracy * 100:.2f} %",
                self.tr("right, {low:.2f}–{high:.2f} %").format(low=low * 100, high=high * 100),
                self.tr("Accuracy with its 95 % interval, on {samples:,} samples").format(samples=results.samples),
            ),
            (
                f"{results.calibration_error * 100:.2f} %",
                self.tr("calibration error"),
                self.tr("How far confidence and accuracy are apart, on average"),
            ),
            (
                f"{results.sure_coverage * 100:.1f} %",
                self.tr("sure, {right:.2f} % right").format(right=results.sure_accuracy * 100),
                self.tr("Answers marked sure, and how many of these are right"),
            ),
            (
                f"{results.coverage * 100:.1f} %",
                self.tr("at 99.5 % right"),
                self.tr("The largest share of the answers, the most confident first, of which 99.5 % are right"),
            ),
            (
                rejection,
                self.tr("junk (AUROC)"),
                self.tr("The chance that a character of the alphabet is scored above a scribble or a foreign sign"),
            ),
            (
                f"{results.glyph_ms:.2f} ms",
                self.tr("per character"),
                self.tr("Time that the network takes for one character"),
            ),
        ]
        for (number, words), (value, caption, tip) in zip(self._figure_labels, figures, strict=True):
            for label, text in ((number, value), (words, caption)):
                label.setText(text)
                label.setToolTip(tip)

    def _make_figures(self) -> None:
        """Make the labels of the figures, each a number with its name below."""
        self._figures.setVerticalSpacing(0)
        self._figure_labels = [(QLabel(), QLabel()) for _ in range(_FIGURES)]
        for column, pair in enumerate(self._figure_labels):
            for row, (label, size) in enumerate(zip(pair, (_FIGURE_PX, _CAPTION_PX), strict=True)):
                font = label.font()
                font.setPixelSize(size)
                label.setFont(font)
                self._figures.addWidget(label, row, column)
        self._figures.setColumnStretch(_FIGURES, 1)

    @Slot(int, int)
    def _show_cell(self, row: int, column: int) -> None:
        self._mistakes.show_cell(row, column)
        if row != column:
            self._tabs.setCurrentWidget(self._mistakes)
        self._show_pointed("")

    @Slot(str)
    def _show_pointed(self, text: str) -> None:
        self._pointed.setText(text or self.matrix.accessibleDescription())

    @Slot()
    def _keep_split(self) -> None:
        self._moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._figures.setHorizontalSpacing(_WIDE_SPACING_PX if self.width() >= _WIDE_PX else _NARROW_SPACING_PX)
        if not self._moved:
            # The matrix is a square; the tabs beside it take the rest, at least half of the room.
            wide = self._halves.width()
            square = min(self.matrix.height() + _LABELS_PX, wide // 2)
            self._halves.setSizes([square, wide - square])

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)
