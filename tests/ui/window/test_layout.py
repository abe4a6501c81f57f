"""The window at every size: nothing overlaps, nothing is cut, the canvas has the room."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitvision.ui.answer.ranked_chart import RankedChart
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.train.training_runs import Run
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.alphabets import many_classes, reading
from tests.ui.controls import choose, named, plain
from tests.ui.hand import write

pytestmark = pytest.mark.slow

Settle = Callable[[MainWindow], None]

_SIZES = [(640, 480), (800, 600), (1024, 700), (2560, 1440), (700, 1000)]
_TABS = ("Draw", "Train", "Model")

_LONG_SENTENCE = (
    "“/home/somebody/a folder with a long name/another one with an even longer name/drawing.inkml” cannot be written: "
    "no space left on device. The old file, if any, is unchanged."
)

every_size = pytest.mark.parametrize("size", _SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
every_tab = pytest.mark.parametrize("tab", _TABS)


@pytest.fixture
def answered(window: MainWindow, canvas: Canvas, settle: Settle) -> MainWindow:
    """A window with an answer that has other candidates."""
    write(canvas, *sample_drawing(4).strokes)
    settle(window)
    return window


def _resize(window: MainWindow, size: tuple[int, int], qtbot: QtBot) -> None:
    window.resize(*size)
    # Layouts are complete after some steps, because a widget that one step shows asks for room in the next.
    for _ in range(3):
        qtbot.wait(1)
    assert (window.width(), window.height()) == size


@every_size
@every_tab
def test_nothing_overlaps_and_no_label_and_no_button_is_cut(
    answered: MainWindow, qtbot: QtBot, size: tuple[int, int], tab: str
) -> None:
    choose(answered, tab)
    _resize(answered, size, qtbot)

    assert list(_overlaps(answered)) == []
    assert list(_cut(answered)) == []


@every_size
def test_a_notice_moves_nothing_and_covers_neither_canvas_nor_answer(
    answered: MainWindow, canvas: Canvas, qtbot: QtBot, size: tuple[int, int]
) -> None:
    _resize(answered, size, qtbot)
    before = [widget.geometry() for widget in answered.tabs.findChildren(QWidget) if widget.isVisible()]

    answered.notice.show_notice(_LONG_SENTENCE, kind="warning", label="Try again", action=lambda: None)
    for _ in range(3):
        qtbot.wait(1)

    notice = answered.notice
    assert notice.isVisible()
    assert answered.rect().contains(notice.geometry())
    assert [widget.geometry() for widget in answered.tabs.findChildren(QWidget) if widget.isVisible()] == before
    ink = QRect(canvas.mapTo(answered, QPoint()), canvas.size())
    answer = answered.draw_tab.character.panel
    # A sentence of two lines fits into status bar and margin but for some pixels; in a small window this one has three.
    allowed = notice.fontMetrics().lineSpacing() * (2 if size[0] <= 700 else 0.5)
    for covered in (ink, QRect(answer.mapTo(answered, QPoint()), answer.size())):
        assert covered.intersected(notice.geometry()).height() <= allowed
    assert list(_cut(answered)) == []
    notice.dismiss()
    assert list(_overlaps(answered)) == []


@every_size
def test_an_answer_that_comes_at_this_size_has_room(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot, size: tuple[int, int]
) -> None:
    _resize(window, size, qtbot)

    write(canvas, *sample_drawing(4).strokes)
    settle(window)
    qtbot.wait(1)

    assert list(_overlaps(window)) == []
    assert list(_cut(window)) == []


@every_size
def test_the_empty_window_is_in_order(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    _resize(window, size, qtbot)

    assert list(_overlaps(window)) == []
    assert list(_cut(window)) == []


@every_size
@pytest.mark.usefixtures("impatient_hints")
@pytest.mark.parametrize("reading", ["character", "line"])
def test_a_hint_at_another_reading_has_room(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot, size: tuple[int, int], reading: str
) -> None:
    window.readings.use(reading)
    write(canvas, *sample_drawing(4).strokes)
    settle(window)
    hint = window.draw_tab.character.panel.hint if reading == "character" else window.draw_tab.expression.panel.hint
    with qtbot.waitSignal(hint.shown_changed):
        hint.suggest("line" if reading == "character" else "equation")
    _resize(window, size, qtbot)

    assert list(_overlaps(window)) == []
    assert list(_cut(window)) == []


_DOUBTS = {
    "perhaps": {"shares": {"0": 0.4, "O": 0.3, "o": 0.2}},
    "foreign": {"shares": {"8": 0.9}, "in_vocabulary": 0.1},
    "alike": {"shares": {"S": 0.6, "s": 0.2, "5": 0.15}, "sure": True},
}


@every_size
@pytest.mark.parametrize("doubt", _DOUBTS)
def test_an_answer_of_many_classes_has_room(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], doubt: str
) -> None:
    _resize(window, size, qtbot)
    model, panel = many_classes(), window.draw_tab.character.panel

    panel.show_model(model, "all")
    panel.show_reading(reading(model, **_DOUBTS[doubt]), ease=False)  # type: ignore[arg-type]
    for _ in range(3):
        qtbot.wait(1)

    assert list(_overlaps(window)) == []
    assert list(_cut(window)) == []
    assert isinstance(panel.chart, RankedChart)
    assert len(panel.chart.rows_in_sight) >= 8


@every_size
def test_a_doubtful_digit_has_room(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    _resize(window, size, qtbot)
    model = window.model
    assert model is not None

    for sure in (False, True):
        window.draw_tab.character.panel.show_reading(reading(model, {"1": 0.5, "7": 0.4}, sure=sure), ease=False)
        for _ in range(3):
            qtbot.wait(1)

        assert list(_overlaps(window)) == []
        assert list(_cut(window)) == []


@every_size
def test_the_canvas_has_the_most_room(
    answered: MainWindow, canvas: Canvas, qtbot: QtBot, size: tuple[int, int]
) -> None:
    _resize(answered, size, qtbot)

    panel = answered.draw_tab.character.panel
    side_by_side = panel.mapTo(answered, QPoint()).x() > canvas.mapTo(answered, QPoint()).x()
    if side_by_side:
        assert canvas.width() >= 0.55 * answered.width()
    else:
        assert canvas.height() >= 0.4 * answered.height()
        assert canvas.width() >= 0.9 * answered.width()


@pytest.mark.parametrize(("size", "beside"), [((1024, 700), True), ((2560, 1440), True), ((700, 1000), False)])
def test_the_answer_is_beside_or_below_the_canvas_as_there_is_room(
    answered: MainWindow, canvas: Canvas, qtbot: QtBot, size: tuple[int, int], beside: bool
) -> None:
    _resize(answered, size, qtbot)

    panel, other = (widget.mapTo(answered, QPoint()) for widget in (answered.draw_tab.character.panel, canvas))
    assert (panel.x() > other.x(), panel.y() > other.y()) == (beside, not beside)


@pytest.mark.parametrize("kind", ["Line", "Equation"])
def test_a_large_window_gives_rows_to_the_canvas_and_not_to_an_empty_panel(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, kind: str
) -> None:
    choose(window, kind)
    _resize(window, (1600, 1000), qtbot)

    assert canvas.height() >= 0.65 * window.draw_tab.height()


def test_the_panel_stops_growing_on_a_large_screen(answered: MainWindow, qtbot: QtBot) -> None:
    _resize(answered, (2560, 1440), qtbot)

    assert answered.draw_tab.character.panel.width() <= 520


def test_going_through_all_sizes_and_back_ends_as_it_began(answered: MainWindow, qtbot: QtBot) -> None:
    _resize(answered, (1024, 700), qtbot)
    before = [widget.geometry() for widget in answered.draw_tab.findChildren(QWidget) if widget.isVisible()]

    for size in (*_SIZES, (1024, 700)):
        _resize(answered, size, qtbot)

    assert [widget.geometry() for widget in answered.draw_tab.findChildren(QWidget) if widget.isVisible()] == before


def test_the_answer_is_the_largest_text_beside_the_ink(answered: MainWindow) -> None:
    labels = [label for label in answered.draw_tab.findChildren(QLabel) if label.text()]
    sizes = {label.text(): label.font().pointSizeF() for label in labels}

    assert max(sizes, key=lambda text: sizes[text]) == "4"


def test_the_search_reaches_the_canvas_and_finds_what_lies_over_it(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: list(_overlaps(window)) == [])
    intruder = QLabel("here", window.draw_tab)
    intruder.setGeometry(canvas.geometry().adjusted(10, 10, -10, -10))
    intruder.show()

    assert len(list(_overlaps(window))) == 1


@pytest.mark.parametrize(
    ("page", "size"),
    [("Curves", (800, 600)), ("Samples", (800, 600)), ("Transfer", (800, 600)), ("Transfer", (640, 480))],
)
def test_the_train_tab_is_never_scrolled_sideways(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, page: str, size: tuple[int, int]
) -> None:
    """It may be scrolled vertically on a low screen, but nobody would find a button that is cut off at the right."""
    run = Run(name="letters and digits that somebody wrote " * 3, started="2026-01-02T03:04:05", settings={})
    monkeypatch.setattr("digitvision.ui.train.training_course.kept_runs", lambda: [run])
    choose(window, "Train")
    bar = named(window.train_tab, QTabBar, "Pages of the training")
    bar.setCurrentIndex([bar.tabText(index) for index in range(bar.count())].index(page))
    for box in window.train_tab.findChildren(QComboBox):
        box.setCurrentIndex(box.count() - 1)
    _resize(window, size, qtbot)

    areas = [area for area in window.train_tab.findChildren(QScrollArea) if area.isVisible()]
    assert len(areas) == 2
    for area in areas:
        inner = area.widget()
        assert inner is not None
        wide = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QLabel)
        held = [child for child in inner.findChildren(QWidget) if isinstance(child, wide) and child.isVisible()]
        assert held
        ends = {_name(child): child.mapTo(inner, child.rect().topRight()).x() for child in held}
        assert max(ends.values()) < area.viewport().width(), ends


def _overlaps(parent: QWidget) -> Iterator[str]:
    """Yield pairs of visible neighbours that overlap, except within Qt's own controls."""
    children = [child for child in parent.children() if isinstance(child, QWidget) and _counts(child)]
    for number, one in enumerate(children):
        if not isinstance(parent, QStackedWidget | QTabBar | QSplitter) and not _inside(one, parent):
            yield f"{_name(one)} {_geometry(one)} beyond {_name(parent)} {parent.width()}x{parent.height()}"
        for other in children[number + 1 :]:
            if one.geometry().intersects(other.geometry()):
                yield f"{_name(one)} {_geometry(one)} over {_name(other)} {_geometry(other)}"
        if not isinstance(one, QAbstractScrollArea | QTabBar):
            yield from _overlaps(one)


def _counts(widget: QWidget) -> bool:
    inner = widget.objectName().startswith("qt_") and not isinstance(widget, QStackedWidget)
    return widget.isVisible() and not widget.isWindow() and not inner


def _inside(widget: QWidget, parent: QWidget) -> bool:
    return parent.rect().contains(widget.geometry())


def _cut(window: MainWindow) -> Iterator[str]:
    """Yield labels and buttons with less room than their texts need."""
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            if label.wordWrap():
                fits = label.heightForWidth(label.width()) <= label.height()
            else:
                fits = _holds(label.size(), label.sizeHint()) or _holds(label.size(), _ink_size(label))
            if not fits:
                yield f"“{label.text()}” in {label.width()}x{label.height()}"
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and not _holds(button.size(), button.minimumSizeHint()):
            yield f"button “{button.text()}” in {button.width()}x{button.height()}"


def _ink_size(label: QLabel) -> QSize:
    """Return the size of the ink of a text, as the room above and below a digit may be less than a font asks for."""
    lines = plain(label.text()).splitlines()
    boxes = [label.fontMetrics().tightBoundingRect(line) for line in lines]
    return QSize(max(box.width() for box in boxes), max(box.height() for box in boxes) * len(lines))


def _holds(room: QSize, needed: QSize) -> bool:
    return needed.width() <= room.width() and needed.height() <= room.height()


def _name(widget: QWidget) -> str:
    return widget.objectName() or widget.accessibleName() or type(widget).__name__


def _geometry(widget: QWidget) -> str:
    box: QRect = widget.geometry()
    return f"({box.x()}, {box.y()}, {box.width()}x{box.height()})"
