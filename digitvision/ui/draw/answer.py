"""What shows the answers of a reading in the Draw tab: one protocol for single characters and for whole expressions."""

from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QWidget

from digitvision.recognition.prediction import Reading
from digitvision.ui.reading.reading_hint import ReadingHint

BESIDE_FROM_PX: Final = 860
"""Least width of canvas and panel together where a panel for rows stands beside the canvas."""

PANEL_WIDTHS_PX: Final = (300, 520)
PANEL_WIDTH_SHARE: Final = 0.36
PANEL_HEIGHTS_PX: Final = (150, 420)
PANEL_HEIGHT_SHARE: Final = 0.42

UNLIMITED_PX: Final = 16_777_215
"""Qt's own largest size of a widget."""

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.ui.answer.clipboard import Formula


class Answer(Protocol):
    """Shows the readings of one or more kinds; the Draw tab shows one answer at a time."""

    @property
    def panel(self) -> QWidget:
        """The widget beside or below the canvas."""

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""

    @property
    def formula(self) -> "Formula | None":
        """What is on screen as a formula that can be copied; None when nothing is read."""

    @property
    def values(self) -> "tuple[Value | None, ...]":
        """What each row of the reading comes to, as far as that is known now; empty where nothing has a value."""

    @property
    def settled(self) -> bool:
        """Whether everything that belongs to the last reading is on the screen."""

    @property
    def while_writing(self) -> bool:
        """Whether what is written now may be a single character, which is read while the pen is down."""

    def set_shown(self, shown: bool) -> None:
        """Show all that belongs to the answer, or hide it."""

    def arrange(self, layout: QBoxLayout, room: QSize) -> None:
        """Decide where the panel stands and how large it is.

        Args:
            layout: The layout that holds the canvas and the panel.
            room: The size that both have together, in pixels.
        """

    def show_nothing(self, message: str = "") -> None:
        """Show that nothing is read; `message` says why, where the canvas is not just empty."""

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show a reading; with `ease` bars move to it, without it they are in place at once."""

    def shut_down(self) -> None:
        """End what works for the answer in the background."""


def arrange_for_rows(layout: QBoxLayout, room: QSize, *panels: QWidget) -> bool:
    """Put panels for rows beside the canvas, or below it in a narrow window.

    Args:
        layout: The layout that holds the canvas and the panels.
        room: The size that canvas and panel have together, in pixels.
        panels: The panels, of which one is seen at a time.

    Returns:
        Whether they stand beside the canvas.
    """
    directions = QBoxLayout.Direction
    beside = room.width() >= BESIDE_FROM_PX
    layout.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
    for panel in panels:
        # Any size at first; the layout before may have fixed one side.
        panel.setMinimumSize(0, 0)
        panel.setMaximumSize(UNLIMITED_PX, UNLIMITED_PX)
        if beside:
            panel.setFixedWidth(clamped(room.width() * PANEL_WIDTH_SHARE, PANEL_WIDTHS_PX))
        else:
            panel.setFixedHeight(clamped(room.height() * PANEL_HEIGHT_SHARE, PANEL_HEIGHTS_PX))
    return beside


def clamped(size: float, limits: tuple[int, int]) -> int:
    """Return a size in whole pixels, at least the first and at most the second limit."""
    return int(min(max(size, limits[0]), limits[1]))
