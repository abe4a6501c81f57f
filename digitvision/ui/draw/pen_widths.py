"""The pen's width on the screen: one for single characters, and a finer one for rows, whose glyphs are smaller."""

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot

from digitvision.ui.draw.pen_slider import PenSlider
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.settings import PEN_WIDTHS, ROW_PEN_WIDTHS
from digitvision.ui.settings_keeper import SettingsKeeper


class PenWidths(QObject):
    """Sets slider and pen to the width for the kind of reading, and keeps each width in the settings."""

    changed = Signal(float)
    """The new width in thousandths of the canvas's shorter side."""

    def __init__(self, slider: PenSlider, keeper: SettingsKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._slider = slider
        self._keeper = keeper
        self._rows = False
        self._mirrors: list[PenSlider] = []
        slider.valueChanged.connect(self._keep)

    def use(self, reading: str) -> None:
        """Use the width for this kind of reading, one of `reading_kinds.READINGS`."""
        self._rows = READINGS[reading].several_glyphs
        width = self._keeper.values.row_pen_width if self._rows else self._keeper.values.pen_width
        # This is no choice of the user's, so it is not kept.
        with QSignalBlocker(self._slider):
            self._slider.offer(*(ROW_PEN_WIDTHS if self._rows else PEN_WIDTHS))
            self._slider.setValue(int(width))
        self._reflect()
        self.changed.emit(width)

    def step(self, steps: int) -> None:
        """Make the pen thicker by this number of steps, or thinner by a negative number."""
        self._slider.setValue(self._slider.value() + steps * self._slider.singleStep())

    def make_slider(self) -> PenSlider:
        """Return another slider that shows and sets the same width."""
        mirror = PenSlider()
        self._mirrors.append(mirror)
        self._reflect()
        mirror.valueChanged.connect(self._slider.setValue)
        return mirror

    @property
    def width(self) -> float:
        """The width for the kind of reading in use, in thousandths of the canvas's shorter side."""
        return float(self._slider.value())

    def _reflect(self) -> None:
        for mirror in self._mirrors:
            with QSignalBlocker(mirror):
                mirror.offer(*(ROW_PEN_WIDTHS if self._rows else PEN_WIDTHS))
                mirror.setValue(self._slider.value())

    @Slot(int)
    def _keep(self, width: int) -> None:
        self._reflect()
        self.changed.emit(float(width))
        if self._rows:
            self._keeper.change(row_pen_width=float(width))
        else:
            self._keeper.change(pen_width=float(width))
