"""Files of other programs in the window: marks and colours are seen, kept, and told where they cannot be."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.theme import Appearance, Theme
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose
from tests.ui.hand import DIAGONAL, write
from tests.ui.pictures import picture_of

Settle = Callable[[MainWindow], None]


def _text(stroke: Stroke) -> str:
    return ", ".join(f"{x:.1f} {y:.1f}" for x, y in stroke.xy.tolist())


def _file(folder: Path, *more: str) -> Path:
    """Write a file with a red 4, and a highlighter's stroke across it."""
    traces = "".join(f'<trace brushRef="#red">{_text(stroke)}</trace>' for stroke in sample_drawing(4).strokes)
    path = folder / "foreign.inkml"
    path.write_text(
        '<ink xmlns="http://www.w3.org/2003/InkML"><annotation type="writer">Ada</annotation><definitions>'
        '<brush xml:id="red"><brushProperty name="color" value="#d02020"/></brush>'
        '<brush xml:id="hi"><brushProperty name="color" value="#40e040"/><brushProperty name="width" value="120"/>'
        '<brushProperty name="transparency" value="127"/></brush></definitions>'
        f'{traces}<trace brushRef="#hi">100 500, 900 500</trace>{"".join(more)}</ink>'
    )
    return path


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_marks_and_colours_are_seen_and_the_ink_is_read(
    window: MainWindow, canvas: Canvas, theme: Theme, settle: Settle, tmp_path: Path, appearance: Appearance
) -> None:
    theme.set_appearance(appearance)
    window.files.open(_file(tmp_path))
    settle(window)

    red, green, blue = np.moveaxis(picture_of(canvas), -1, 0).astype(float)
    assert ((red - green > 100) & (red - blue > 100)).mean() > 0.003
    assert ((green - red > 40) & (green - blue > 40)).mean() > 0.02
    assert window.draw_tab.character.panel.answer_text == "4"


def test_what_the_file_held_is_saved_again_with_new_ink(
    window: MainWindow, canvas: Canvas, settle: Settle, tmp_path: Path
) -> None:
    path = _file(tmp_path)
    window.files.open(path)
    settle(window)
    opened = window.document.settings.foreign.marks
    write(canvas, DIAGONAL)
    choose(window, "Save")

    found = read_inkml(path)
    assert found.native
    assert '<annotation type="writer">Ada</annotation>' in found.settings.foreign.kept
    assert [stroke.look.colour if stroke.look else "" for stroke in found.drawing.strokes] == ["#d02020"] * 2 + [""]
    np.testing.assert_allclose(found.settings.foreign.marks[0].stroke.points, opened[0].stroke.points, atol=0.001)


def test_a_new_drawing_begins_without_marks(window: MainWindow, canvas: Canvas, settle: Settle, tmp_path: Path) -> None:
    window.files.open(_file(tmp_path))
    settle(window)
    choose(window, "New drawing")
    settle(window)

    assert window.document.settings.foreign.marks == ()
    red, green, blue = np.moveaxis(picture_of(canvas), -1, 0).astype(float)
    assert not ((green - red > 40) & (green - blue > 40)).any()


def test_what_saving_would_lose_is_told_on_opening(
    window: MainWindow, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    path = _file(tmp_path, '<trace type="penUp">0 0, 1 1</trace>')

    with qtbot.waitSignal(window.files.noticed) as told:
        window.files.open(path)
    settle(window)

    assert told.args is not None
    assert "foreign.inkml" in told.args[0]
    assert "movements above the paper" in told.args[0]
