"""How the pen follows the hand, and which hand it is: kept in the settings, and changed in menu and dialog."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from digitvision.ink.editing.pressure_curve import PressureCurve
from digitvision.ui.canvas.pen_tool import PenFeel
from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.draw.pen_widths import PenWidths
from digitvision.ui.settings_keeper import SettingsKeeper

if TYPE_CHECKING:
    from digitvision.ui.draw.pen_dialog import PenDialog


class PenSettings(QObject):
    """Sets the pen to what the user has chosen, and shows the dialog for it."""

    scratching_changed = Signal(bool)
    """Whether a zigzag over ink takes that ink away."""

    def __init__(self, tab: DrawTab, pen_widths: PenWidths, keeper: SettingsKeeper, window: QWidget) -> None:
        super().__init__(window)
        self._tab = tab
        self.widths = pen_widths
        """The pen's widths on the screen."""
        self._keeper = keeper
        self._window = window
        self._dialog: PenDialog | None = None
        values = keeper.values
        tab.canvas.pen.feel = PenFeel(values.pen_steadiness, PressureCurve(values.pen_pressure))
        tab.editing.scratching = values.scratch_out
        tab.set_left_handed(values.left_handed)

    @property
    def scratching(self) -> bool:
        """Whether a zigzag over ink takes that ink away."""
        return self._tab.editing.scratching

    @property
    def left_handed(self) -> bool:
        """Whether the hand that writes is the left one."""
        return self._keeper.values.left_handed

    @property
    def dialog(self) -> "PenDialog | None":
        """The dialog; None before it was first shown."""
        return self._dialog

    @Slot()
    def show_dialog(self) -> None:
        """Show the dialog beside the window, which can be used meanwhile."""
        if self._dialog is None:
            from digitvision.ui.draw.pen_dialog import PenDialog

            self._dialog = PenDialog(self.widths.make_slider(), self._window)
            self._dialog.feel_changed.connect(self._use_feel)
            self._dialog.scratching_changed.connect(self.set_scratching)
            self.widths.changed.connect(self._dialog.set_pen_width)
        self._dialog.set_pen_width(self.widths.width)
        self._dialog.show_feel(self._tab.canvas.pen.feel, scratching=self.scratching)
        if self._dialog.isVisible():
            self._dialog.raise_()
        self._dialog.show()
        self._dialog.activateWindow()

    @Slot(bool)
    def set_scratching(self, on: bool) -> None:
        """Let a zigzag over ink take that ink away, or not, and keep the choice."""
        if on == self.scratching:
            return
        self._tab.editing.scratching = on
        self._keeper.change(scratch_out=on)
        if self._dialog is not None:
            self._dialog.show_feel(self._tab.canvas.pen.feel, scratching=on)
        self.scratching_changed.emit(on)

    @Slot(bool)
    def set_left_handed(self, on: bool) -> None:
        """Keep the answer out of the way of a left hand, or of a right one, and keep the choice."""
        self._tab.set_left_handed(on)
        self._keeper.change(left_handed=on)

    @Slot(object)
    def _use_feel(self, feel: PenFeel) -> None:
        self._tab.canvas.pen.feel = feel
        self._keeper.change(pen_steadiness=feel.steadiness, pen_pressure=feel.pressure.heights)
