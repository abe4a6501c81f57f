"""Undo and redo: any number of steps back and forth, each with its name."""

import sys
import tracemalloc
import weakref
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, choose
from tests.ui.hand import DIAGONAL, Pen, stroke, write

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


def _picture() -> Picture:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    return Picture(image, np.zeros((8, 8), np.float32), "picture.png")


def _write(window: MainWindow) -> None:
    write(window.draw_tab.canvas, DIAGONAL)


def _erase(window: MainWindow) -> None:
    Pen(window.draw_tab.canvas, eraser=True).sweep([(100, 100), (110, 110)])


def _clear(window: MainWindow) -> None:
    choose(window, "Clear")


def _show_picture(window: MainWindow) -> None:
    window.document.show_picture(_picture())


@pytest.mark.parametrize(
    ("change", "text"),
    [(_write, "stroke"), (_erase, "erase"), (_clear, "clear"), (_show_picture, "picture")],
    ids=["stroke", "erase", "clear", "picture"],
)
def test_the_menu_names_what_is_undone_and_redone(
    window: MainWindow, change: Callable[[MainWindow], None], text: str
) -> None:
    write(window.draw_tab.canvas, DIAGONAL)

    change(window)

    assert action(window, f"Undo {text}").isEnabled()
    choose(window, f"Undo {text}")
    assert action(window, f"Redo {text}").isEnabled()


def test_without_changes_there_is_nothing_to_undo(window: MainWindow) -> None:
    assert not action(window, "Undo").isEnabled()
    assert not action(window, "Redo").isEnabled()


def test_the_usual_keys_undo_and_redo(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, DIAGONAL, stroke((500, 500), (600, 600)))

    qtbot.keyClick(canvas, Qt.Key.Key_Z, _CTRL)
    assert len(window.document.drawing.strokes) == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Z, _CTRL | _SHIFT)
    assert len(window.document.drawing.strokes) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Z, _CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_Y, _CTRL)
    assert len(window.document.drawing.strokes) == 2


@pytest.mark.slow
def test_the_tools_and_clear_have_keys(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, stroke((500, 100), (500, 900)))
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    write(canvas, stroke((400, 500), (600, 500)))
    assert not window.document.drawing

    qtbot.keyClick(canvas, Qt.Key.Key_P)
    write(canvas, DIAGONAL)
    assert len(window.document.drawing.strokes) == 1

    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not window.document.drawing


def test_writing_on_a_picture_makes_room_and_undo_brings_it_back(window: MainWindow, canvas: Canvas) -> None:
    picture = _picture()
    window.document.show_picture(picture)

    write(canvas, DIAGONAL)
    assert window.document.picture is None

    choose(window, "Undo stroke")
    assert window.document.picture is picture
    choose(window, "Undo picture")
    assert window.document.picture is None


def test_a_hundred_strokes_are_undone_and_redone_one_by_one(window: MainWindow, canvas: Canvas) -> None:
    for number in range(100):
        window.document.add_stroke(stroke((number, 0), (number, 50)))
    for left in range(99, -1, -1):
        window.document.undo_stack.undo()
        assert len(window.document.drawing.strokes) == left
    for came in range(1, 101):
        window.document.undo_stack.redo()
        assert len(window.document.drawing.strokes) == came
    assert canvas.drawing == window.document.drawing


steps = st.lists(
    st.one_of(
        st.just(("add", 0)),
        st.just(("clear", 0)),
        st.just(("picture", 0)),
        st.just(("undo", 0)),
        st.just(("redo", 0)),
        st.tuples(st.sampled_from(["erase", "move", "cut", "insert"]), st.integers(1, 2**12 - 1)),
    ),
    max_size=40,
)


@pytest.mark.slow
@given(steps=steps)
def test_any_sequence_of_changes_undos_and_redos_is_like_a_list_of_states(
    qapp: QApplication, steps: list[tuple[str, int]]
) -> None:
    document = Document()
    states: list[tuple[tuple[Stroke, ...], Picture | None]] = [((), None)]
    now = 0

    for number, (step, choice) in enumerate(steps):
        strokes, picture = states[now]
        fresh: tuple[tuple[Stroke, ...], Picture | None] | None = None
        if step == "add":
            new = stroke((number, number))
            document.add_stroke(new)
            fresh = ((*strokes, new), None)
        elif step == "erase":
            indices = tuple(index for index in range(len(strokes)) if choice >> index & 1)
            if indices:
                document.erase(indices)
                fresh = (tuple(one for index, one in enumerate(strokes) if index not in indices), picture)
        elif step == "move":
            moved = {i: one.moved(scale=1, dx=number, dy=0) for i, one in enumerate(strokes) if choice >> i & 1}
            if moved:
                document.change(moved, "move")
                fresh = (tuple(moved.get(index, one) for index, one in enumerate(strokes)), picture)
        elif step == "cut":
            halves = {i: (one, stroke((i, 1), (number, 2))) for i, one in enumerate(strokes) if choice >> i & 1}
            if halves:
                document.cut(halves)
                fresh = (tuple(part for i, one in enumerate(strokes) for part in halves.get(i, (one,))), picture)
        elif step == "insert":
            pasted = (stroke((number, choice)), stroke((choice, number)))
            document.insert(pasted, Corrections(), "paste")
            fresh = ((*strokes, *pasted), None)
        elif step == "clear":
            document.clear()
            fresh = ((), None) if strokes or picture is not None else None
        elif step == "picture":
            new_picture = _picture()
            document.show_picture(new_picture)
            fresh = ((), new_picture)
        elif step == "undo":
            document.undo_stack.undo()
            now = max(now - 1, 0)
        else:
            document.undo_stack.redo()
            now = min(now + 1, len(states) - 1)
        if fresh is not None:
            states[now + 1 :] = [fresh]
            now += 1

        assert document.drawing == Drawing(states[now][0])
        assert document.picture is states[now][1]


def test_the_memory_of_the_undo_stack_grows_with_the_strokes_not_with_their_square(qapp: QApplication) -> None:
    strokes = [stroke((number, 0), (number, 9)) for number in range(2000)]
    document = Document()
    held = []

    tracemalloc.start()
    for one in strokes[:1000]:
        document.add_stroke(one)
    held.append(tracemalloc.get_traced_memory()[0])
    for one in strokes[1000:]:
        document.add_stroke(one)
    held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    # Twice the strokes, twice the memory; were whole drawings kept, it would be four times.
    assert held[1] < 2.6 * held[0]
    assert held[1] < 4 * 2**20


def test_a_step_lives_until_qt_has_deleted_it_and_no_longer(qapp: QApplication) -> None:
    """Python's object of a command must outlive Qt's, or the binding uses it after it was freed."""
    document = Document()
    for _ in range(3):
        document.add_stroke(DIAGONAL)
    commands = [document.undo_stack.command(index) for index in range(3)]
    # The list, the name, the argument of the call, the stack: and whoever keeps it while the stack deletes it.
    assert all(sys.getrefcount(command) >= 5 for command in commands)
    followed = [weakref.ref(command) for command in commands]
    del commands

    document.undo_stack.undo()
    document.undo_stack.undo()
    document.add_stroke(DIAGONAL)
    assert [one() is not None for one in followed] == [True, False, False]

    document.start()
    assert followed[0]() is None


def test_small_steps_that_qt_joins_leave_one_behind(qapp: QApplication) -> None:
    document = Document()
    document.add_stroke(DIAGONAL)
    for shift in range(1, 5):
        document.change({0: stroke((0, 0), (shift, shift))}, "move", small=True)

    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.drawing.strokes == (DIAGONAL,)
    document.add_stroke(DIAGONAL)
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.drawing
