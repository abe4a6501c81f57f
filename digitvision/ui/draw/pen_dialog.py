"""The dialog on the pen: its width, how steady it is, how it feels pressure, and a field to try it."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from digitvision.ink.editing.pressure_curve import STRAIGHT, PressureCurve
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.pen_tool import PenFeel
from digitvision.ui.draw.pen_slider import PenSlider
from digitvision.ui.draw.pressure_field import PressureField
from digitvision.ui.widgets.layouts import add_layout, forget_items

SOFT: Final = PressureCurve((0.0, 0.42, 0.7, 0.88, 1.0))
"""A light hand already gives thick ink."""

FIRM: Final = PressureCurve((0.0, 0.1, 0.28, 0.58, 1.0))
"""Only a heavy hand gives thick ink."""

FULL: Final = 100
"""Value of the steadiness's slider at full strength."""

FIELD_PX: Final = (320, 260)


class PenDialog(QDialog):
    """Everything in it takes effect at once, on the page and in the field; there is nothing to accept."""

    feel_changed = Signal(object)
    """The `PenFeel` that the user has chosen."""
    scratching_changed = Signal(bool)
    """Whether a zigzag over ink is to take that ink away."""

    def __init__(self, width: PenSlider, parent: QWidget | None = None) -> None:
        """Make the dialog.

        Args:
            width: The slider for the pen's width.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Pen"))
        self._steadiness = QSlider(Qt.Orientation.Horizontal)
        self._steadiness.setRange(0, FULL)
        self._steadiness.setSingleStep(5)
        self._steadiness.setAccessibleName(self.tr("Steadiness"))
        self._steadiness.setToolTip(self.tr("Smooth the line behind the pen; its tip stays at the pen"))
        self._steadiness.valueChanged.connect(self._change)
        self._percent = QLabel()
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        self._curve = PressureField()
        self._curve.changed.connect(self._change)
        self._scratching = QCheckBox(self.tr("Scratching &out erases"))
        self._scratching.setToolTip(self.tr("Let a dense zigzag over ink take that ink away"))
        self._scratching.toggled.connect(self.scratching_changed)
        self.canvas = Canvas()
        """The field to try the pen in."""
        self.canvas.setAccessibleName(self.tr("Field to try the pen"))
        self.canvas.setMinimumSize(*FIELD_PX)
        self.canvas.set_hint("")
        self.canvas.stroke_finished.connect(self._add_stroke)
        self._lay_out(width)

    def _lay_out(self, width: PenSlider) -> None:
        steadiness = QHBoxLayout()
        steadiness.addWidget(self._steadiness, 1)
        steadiness.addWidget(self._percent)
        presets = QVBoxLayout()
        for text, tip, curve in (
            (self.tr("&Soft"), self.tr("A light hand already gives thick ink"), SOFT),
            (self.tr("E&ven"), self.tr("Ink as heavy as the hand"), STRAIGHT),
            (self.tr("&Firm"), self.tr("Only a heavy hand gives thick ink"), FIRM),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, curve=curve: self._use_curve(curve))
            presets.addWidget(button)
        presets.addStretch(1)
        pressure = QHBoxLayout()
        add_layout(pressure, self._axes())
        add_layout(pressure, presets)
        form = QFormLayout()
        form.addRow(self.tr("Width"), width)
        form.addRow(self.tr("Steadiness"), steadiness)
        form.addRow(self.tr("Pressure"), pressure)
        forget_items(pressure)
        mouse = QLabel(self.tr("A mouse and most fingers have no pressure: their ink is always of the pen's width."))
        mouse.setWordWrap(True)
        form.addRow("", mouse)
        form.addRow(self._scratching)
        clear = QPushButton(self.tr("&Empty the field"))
        clear.setAutoDefault(False)
        clear.clicked.connect(self._empty)
        trial = QVBoxLayout()
        trial.addWidget(QLabel(self.tr("Try the pen here; this is not part of your drawing.")))
        trial.addWidget(self.canvas, 1)
        trial.addWidget(clear, 0, Qt.AlignmentFlag.AlignLeft)
        columns = QHBoxLayout()
        add_layout(columns, form)
        add_layout(columns, trial, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        add_layout(layout, columns, 1)
        layout.addWidget(buttons)

    def _axes(self) -> QGridLayout:
        """Return the curve with words at the ends of its axes."""
        aligned = Qt.AlignmentFlag
        grid = QGridLayout()
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(0)
        grid.addWidget(QLabel(self.tr("thick")), 0, 0, aligned.AlignRight | aligned.AlignTop)
        grid.addWidget(QLabel(self.tr("thin")), 1, 0, aligned.AlignRight | aligned.AlignBottom)
        grid.addWidget(self._curve, 0, 1, 2, 2)
        grid.addWidget(QLabel(self.tr("light hand")), 2, 1, aligned.AlignLeft)
        grid.addWidget(QLabel(self.tr("heavy hand")), 2, 2, aligned.AlignRight)
        return grid

    def show_feel(self, feel: PenFeel, *, scratching: bool) -> None:
        """Show the settings as they are."""
        with QSignalBlocker(self._steadiness), QSignalBlocker(self._scratching):
            self._steadiness.setValue(round(feel.steadiness * FULL))
            self._scratching.setChecked(scratching)
        self._curve.show_curve(feel.pressure)
        self._use(feel)

    def set_pen_width(self, width: float) -> None:
        """Write in this width in the field, in thousandths of the canvas's shorter side."""
        self.canvas.set_pen_width(width)

    def _use_curve(self, curve: PressureCurve) -> None:
        self._curve.show_curve(curve)
        self._change()

    @Slot()
    def _change(self, _value: object = None) -> None:
        feel = PenFeel(self._steadiness.value() / FULL, self._curve.curve)
        self._use(feel)
        self.feel_changed.emit(feel)

    def _use(self, feel: PenFeel) -> None:
        self.canvas.pen.feel = feel
        self._percent.setText(f"{round(feel.steadiness * FULL)} %")

    @Slot(object)
    def _add_stroke(self, stroke: Stroke) -> None:
        self.canvas.set_content(self.canvas.drawing.with_stroke(stroke), None)

    @Slot()
    def _empty(self) -> None:
        self.canvas.set_content(Drawing(), None)
