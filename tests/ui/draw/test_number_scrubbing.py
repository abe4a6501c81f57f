"""A number is dragged by its label: it follows the pointer, and what hangs on it follows the number."""

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.draw import number_scrubbing
from digitvision.ui.draw.number_scrubbing import STEP_PX
from digitvision.ui.page.number_field import number_text
from tests.ui.draw.page_window import PageMaker, PageWindow
from tests.ui.hand import Pen
from tests.ui.pictures import picture_of

_NONE = Qt.KeyboardModifier.NoModifier
_LEFT, _NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture(autouse=True)
def hands_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke, labels can be taken hold of at once."""
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    monkeypatch.setattr(number_scrubbing, "REST_S", 0.0)


class _Hand:
    """A mouse on the label of a glyph."""

    def __init__(self, page: PageWindow, glyph: int) -> None:
        self.page = page
        self.canvas = page.window.draw_tab.canvas
        self.start = self.at = page.answer.corrections.boxes.label(glyph).center()
        self._send(QEvent.Type.MouseButtonPress, _LEFT, _LEFT)

    def move(self, x: float, y: float = 0.0, keys: Qt.KeyboardModifier = _NONE) -> None:
        """Move to this distance from where the press began, in pixels, and let what follows happen."""
        self.at = self.start + QPointF(x, y)
        self._send(QEvent.Type.MouseMove, _NO_BUTTON, _LEFT, keys)
        self.page.settle()

    def scrub(self, steps: int, keys: Qt.KeyboardModifier = _NONE) -> None:
        """Begin to scrub, and go on by this number of steps."""
        begin = 8.0 if steps > 0 else -8.0
        self.move(begin)
        self.move(begin + steps * STEP_PX, 0, keys)

    def release(self) -> None:
        self._send(QEvent.Type.MouseButtonRelease, _LEFT, _NO_BUTTON)
        self.page.settle()

    def _send(
        self, kind: QEvent.Type, button: Qt.MouseButton, held: Qt.MouseButton, keys: Qt.KeyboardModifier = _NONE
    ) -> None:
        screen = QPointF(self.canvas.mapToGlobal(self.at.toPoint()))
        event = QMouseEvent(kind, self.at, self.at, screen, button, held, keys)
        QApplication.sendEvent(self.canvas, event)


@pytest.fixture
def page(pages: PageMaker) -> PageWindow:
    """A page on which x = 12, x + 1 = and 7 + 5 = are written."""
    made = pages(scripts=("x=12", "x+1=", "7+5=", "y=3x"))
    made.put(4, 4, 4)
    assert made.texts[1:] == ["x+1= 13", "7+5= 12"]
    return made


def _values(page: PageWindow) -> list[str]:
    return [item.value_text for item in page.answer.panel.rows.items]


@pytest.mark.slow
def test_what_hangs_on_a_number_follows_it_and_goes_back(page: PageWindow) -> None:
    drawing, formula = page.window.document.drawing, page.answer.beside.formula
    hand = _Hand(page, 3)

    hand.scrub(3)
    assert page.answer.scrubbing.value == 15
    assert _values(page)[1:] == ["16", "12"]
    assert page.answer.beside.formula is not formula
    assert page.answer.panel.rows.items[0].text == "x=12", "what is written stays"

    hand.move(8 - 2 * STEP_PX)
    assert _values(page)[1] == "11"
    hand.release()
    assert _values(page)[1:] == ["13", "12"]
    assert page.answer.beside.formula is formula
    assert page.window.document.drawing is drawing
    assert not page.window.document.undo_stack.canUndo()


@pytest.mark.slow
def test_a_number_may_fall_below_zero(page: PageWindow) -> None:
    hand = _Hand(page, 2)
    hand.scrub(-15)

    assert _values(page)[1] == "-2"
    hand.release()


@pytest.mark.parametrize(
    ("key", "value"),
    [(Qt.KeyboardModifier.ShiftModifier, Fraction(32)), (Qt.KeyboardModifier.AltModifier, Fraction(122, 10))],
)
def test_shift_goes_ten_times_as_fast_and_alt_a_tenth(
    page: PageWindow, key: Qt.KeyboardModifier, value: Fraction
) -> None:
    hand = _Hand(page, 3)
    hand.scrub(2, key)

    assert page.answer.scrubbing.value == value
    hand.release()


@pytest.mark.slow
def test_the_number_is_seen_beside_the_pointer(page: PageWindow) -> None:
    canvas = page.window.draw_tab.canvas
    before = picture_of(canvas).astype(int)
    hand = _Hand(page, 3)
    hand.scrub(2)

    changed = np.abs(picture_of(canvas).astype(int) - before).max(axis=2) > 40
    around = changed[int(hand.at.y()) - 60 : int(hand.at.y()), int(hand.at.x()) - 30 : int(hand.at.x()) + 30]
    assert around.sum() > 50
    hand.release()


def test_the_graph_of_the_chosen_row_follows(pages: PageMaker) -> None:
    page = pages(scripts=("y=3x",))
    page.put(4)
    hand = _Hand(page, 2)
    hand.scrub(2)

    value = page.answer.details.value
    assert value is not None
    assert value.plots[0].text == "5x"
    hand.release()
    value = page.answer.details.value
    assert value is not None
    assert value.plots[0].text == "3x"


def test_escape_lets_go(page: PageWindow) -> None:
    hand = _Hand(page, 3)
    hand.scrub(3)

    QTest.keyClick(page.window.draw_tab.canvas, Qt.Key.Key_Escape)
    page.settle()

    assert page.answer.scrubbing.value is None
    assert _values(page)[1] == "13"
    hand.move(60)
    hand.release()
    assert len(page.window.document.drawing.strokes) == 12


def test_a_tap_on_the_label_opens_the_list(page: PageWindow) -> None:
    hand = _Hand(page, 3)
    hand.move(1)
    hand.release()

    popup = page.answer.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    assert len(page.window.document.drawing.strokes) == 12


@pytest.mark.parametrize(("glyph", "way"), [(0, (40, 0)), (5, (40, 0)), (3, (0, 40)), (3, (10, 40))])
def test_what_begins_on_another_sign_or_goes_down_is_ink(
    page: PageWindow, glyph: int, way: tuple[float, float]
) -> None:
    canvas, hand = page.window.draw_tab.canvas, _Hand(page, glyph)
    for share in (0.1, 0.5, 1.0):
        hand._send(QEvent.Type.MouseMove, _NO_BUTTON, _LEFT)
        hand.at = hand.start + QPointF(*way) * share
    hand._send(QEvent.Type.MouseMove, _NO_BUTTON, _LEFT)
    hand.release()

    strokes = page.window.document.drawing.strokes
    assert len(strokes) == 13
    assert page.answer.scrubbing.value is None
    assert canvas.to_widget(*strokes[-1].xy[0]).toPoint() == hand.start.toPoint(), "ink begins where the press did"


def test_without_boxes_and_in_the_middle_of_writing_a_label_is_paper(
    page: PageWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = page.answer.corrections.boxes.label(3).center()
    scrubbing = page.answer.scrubbing
    assert scrubbing.tool_at(label) is not None

    page.answer.corrections.boxes.set_visible(False)
    assert scrubbing.tool_at(label) is None
    page.answer.corrections.boxes.set_visible(True)
    monkeypatch.setattr(number_scrubbing, "REST_S", 60.0)
    page.write(3)
    assert scrubbing.tool_at(label) is None


def test_the_eraser_end_of_a_pen_erases_where_a_label_is(page: PageWindow) -> None:
    canvas = page.window.draw_tab.canvas
    label = page.answer.corrections.boxes.label(3).center()
    way = [canvas.to_drawing(label + QPointF(0, -step)) for step in range(0, 60, 4)]

    Pen(canvas, eraser=True).sweep(way)
    page.settle()

    assert len(page.window.document.drawing.strokes) == 11


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(12), "12"), (Fraction(-3, 10), "−0.3"), (Fraction(120), "120"), (Fraction(5, 4), "1.25")],
)
def test_a_number_is_written_out(value: Fraction, text: str) -> None:
    assert number_text(value) == text
