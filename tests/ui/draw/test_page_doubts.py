"""What the list says of values that cannot be relied on, and of those that there cannot be."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLabel

from digitvision.ui.canvas.glyph_boxes import trust_colour
from tests.ui.controls import button, named
from tests.ui.draw.page_window import PageMaker, PageWindow, strokes_of_row
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS

pytestmark = pytest.mark.slow


@pytest.fixture
def doubted(pages: PageMaker) -> PageWindow:
    """A page whose first row, `x=3`, is not sure, and two rows below it that use it, one of them by another."""
    made = pages(scripts=("x=3", "x+1=", "y=x-1", "7+5=", "y+x="), unsure=frozenset({0}))
    made.put(3, 4, 5, 4, 4)
    return made


def _spoken(page: PageWindow, row: int) -> str:
    rows = page.answer.panel.rows
    return str(rows.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole))


def _choose(page: PageWindow, row: int) -> None:
    rows = page.answer.panel.rows
    at = rows.visualRect(rows.model().index(row, 0)).center()
    page.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    page.settle()


def test_a_value_that_rests_on_a_row_that_is_not_sure_says_on_which(doubted: PageWindow) -> None:
    assert [item.doubtful for item in doubted.answer.items] == [(), (1,), (1,), (), (1,)]
    assert doubted.texts[1] == "x+1= 4"
    assert _spoken(doubted, 1) == "Row 2: x+1=, sure, 4, This rests on row 1, which is not sure"
    assert _spoken(doubted, 3) == "Row 4: 7+5=, sure, 12"


def test_beside_the_ink_there_is_no_value_that_looks_certain_and_is_not(doubted: PageWindow) -> None:
    beside = doubted.answer.beside

    assert len(beside.formulas) == 1
    row = doubted.answer.items[3].row.box
    place = doubted.window.draw_tab.canvas.to_drawing(beside.rectangle(0).center())
    assert row.top < place[1] < row.bottom


def test_the_doubt_is_seen_in_the_list_and_told_in_the_details(doubted: PageWindow) -> None:
    rows, colour = doubted.answer.panel.rows, trust_colour("not sure", doubted.answer.panel.rows.palette())

    def reddish(row: int) -> int:
        rectangle = rows.visualRect(rows.model().index(row, 0))
        # Not the right side, where the trust in the reading stands.
        image = rows.viewport().grab(rectangle.adjusted(0, 0, -rectangle.width() // 2, 0)).toImage()
        places = (QPoint(x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(_is_near(image.pixelColor(place), colour) for place in places)

    assert reddish(1) > 30
    assert reddish(3) == 0

    _choose(doubted, 1)
    told = [one.text() for one in doubted.answer.panel.findChildren(QLabel) if one.isVisible()]
    assert "This rests on row 1, which is not sure" in told
    _choose(doubted, 3)
    told = [one.text() for one in doubted.answer.panel.findChildren(QLabel) if one.isVisible()]
    assert not any(text.startswith("This rests") for text in told)


def _is_near(one: QColor, other: QColor) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) < 60


def test_once_the_row_is_sure_nothing_is_doubted(doubted: PageWindow) -> None:
    doubted.reader.unsure = frozenset()
    doubted.put(3, 4, 5, 4, 4)

    assert [item.doubtful for item in doubted.answer.items] == [(), (), (), (), ()]
    assert len(doubted.answer.beside.formulas) == 3


def test_several_doubtful_rows_are_named(pages: PageMaker) -> None:
    page = pages(scripts=("x=3", "y=2", "x+y="), unsure=frozenset({0, 1}))
    page.put(3, 3, 4)

    assert page.answer.items[2].doubt_text == "This rests on rows 1 and 2, which are not sure"


def test_what_is_asked_for_and_has_no_value_is_told(pages: PageMaker) -> None:
    page = pages(scripts=("x=", "y+1=", "x=3"))
    page.put(2, 4)

    assert [item.sentence for item in page.answer.items] == ["x has no value yet.", "y has no value yet."]
    assert _spoken(page, 0) == "Row 1: x=, sure, x has no value yet."

    page.write(2, 3)
    assert page.answer.items[0].sentence == "x is given a value only further down."


def test_letters_that_may_be_a_word_are_offered_as_words(pages: PageMaker) -> None:
    page = pages(scripts=("xyx", "1+2="))
    page.put(3, 4)
    offer = button(page.answer.panel, "A word?")
    assert page.answer.items[0].trust == "likely"
    assert _spoken(page, 0).startswith("Row 1: xyx, likely, or a word?")
    assert offer.isVisible()

    page.qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    page.settle()

    document = page.window.document
    assert document.corrections.rows == ((frozenset({0, 1, 2}), "line"),)
    assert page.answer.panel.kind_text == "Number or words"
    assert _spoken(page, 0).startswith("Row 1: xyx, sure, words")
    assert not offer.isVisible()

    document.undo_stack.undo()
    page.settle()
    assert offer.isVisible()
    _choose(page, 1)
    assert not offer.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_that_letters_are_an_equation_can_be_confirmed(pages: PageMaker) -> None:
    page = pages(scripts=("xyx",))
    page.put(3)
    kind = named(page.answer.panel, QComboBox, "Kind of row")
    assert kind.currentText() == "Equation"

    kind.setFocus()
    page.qtbot.keyClick(kind, Qt.Key.Key_Space)
    page.qtbot.keyClick(kind.view(), Qt.Key.Key_Return)
    page.settle()

    assert page.window.document.corrections.rows == ((frozenset({0, 1, 2}), "equation"),)
    assert page.answer.items[0].trust == "sure"
    assert not page.answer.items[0].maybe_words


def test_while_changed_ink_is_read_no_value_looks_current(pages: PageMaker) -> None:
    page = pages(scripts=("x=34", "x+1=", "2+5="))
    page.put(3, 4, 4)
    answer = page.answer
    assert [item.complete for item in answer.items] == [True, True, True]
    page.reader.pause_s = 1.0

    write(page.window.draw_tab.canvas, *strokes_of_row(0, 1, first=3))

    page.qtbot.waitUntil(lambda: not answer.beside.formulas, timeout=PATIENCE_MS)
    assert [item.text for item in answer.items] == ["x=3", "x+1=", "2+5="], "it is not read yet"
    assert [(item.value_text, item.complete) for item in answer.items] == [("", False), ("4", False), ("7", False)]
    candidates = answer.details.candidates
    assert candidates.buttons
    assert not candidates.isEnabled()
    page.settle()
    assert candidates.isEnabled()
    assert [item.complete for item in answer.items] == [True, True, True]
    assert len(answer.beside.formulas) == 2


def test_a_long_sentence_does_not_widen_the_panel(pages: PageMaker) -> None:
    page = pages(scripts=("x=x+1",))
    page.put(5)
    answer = page.answer
    width = answer.details.minimumSizeHint().width()

    answer.details.show_value(None, "x depends on itself, and so do all the others that come from it. " * 3)

    assert answer.details.minimumSizeHint().width() == width


def test_a_reading_of_the_ink_before_makes_no_value_current(pages: PageMaker) -> None:
    page = pages(scripts=("x=34", "x+1="))
    page.put(3, 4)
    answer, before = page.answer, page.window.draw_tab.reading
    assert before is not None
    page.reader.pause_s = 1.0
    write(page.window.draw_tab.canvas, *strokes_of_row(0, 1, first=3))
    page.qtbot.waitUntil(lambda: not answer.beside.formulas, timeout=PATIENCE_MS)

    answer.show_reading(before, ease=False)
    page.qtbot.wait(50)

    assert [item.complete for item in answer.items] == [False, False]
    page.settle()
    assert [item.complete for item in answer.items] == [True, True]
