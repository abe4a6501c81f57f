"""A file remembers how it is read: what was written as a line opens as one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.inkml import inkml_bytes, read_inkml
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.journals import crashed
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.hand import write
from tests.ui.windows import WindowMaker

Settle = Callable[[MainWindow], None]


@pytest.mark.slow
def test_what_was_written_as_an_equation_opens_as_one(
    equations: EquationMaker, make_window: WindowMaker, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    first = equations("1+2")
    first.write(3)
    dialogs.save_to(tmp_path / "sum.inkml")
    choose(first.window, "Save")
    assert read_inkml(tmp_path / "sum.inkml").settings.reading == "equation"
    first.window.close()

    second = make_window()
    assert second.readings.reading == "character"
    second.files.open(tmp_path / "sum.inkml")
    settle(second)

    assert second.readings.reading == "equation"
    assert second.draw_tab.reading is not None
    assert second.draw_tab.reading.latex == "1 + 2"
    assert not second.document.modified
    second.close()
    # The user's choice for new drawings is another matter: none was made.
    assert SettingsStore().values.reading == ""


@pytest.mark.slow
def test_an_equation_comes_back_as_one_after_a_crash(
    equations: EquationMaker, make_window: WindowMaker, settle: Settle, home: Path
) -> None:
    equations("1+2")
    first = make_window(reading="equation", journal=home / "first")
    write(first.draw_tab.canvas, *sample_drawing(1).strokes)

    second = make_window(journal=crashed(first, home / "second"))
    settle(second)

    assert second.readings.reading == "equation"


def _file(path: Path, *, reading: str, alphabet: str) -> Path:
    path.write_bytes(inkml_bytes(sample_drawing(4), settings=DrawingSettings(reading, alphabet)))
    return path


@pytest.mark.slow
def test_the_alphabet_of_characters_goes_with_the_file(
    make_window: WindowMaker, settle: Settle, dialogs: Dialogs, tmp_path: Path
) -> None:
    window = make_window()
    choose(window, "Digits")
    settle(window)
    before = SettingsStore().values.alphabet

    window.files.open(_file(tmp_path / "a.inkml", reading="character", alphabet="lower"))
    settle(window)
    assert window.alphabet == "lower"
    assert window.document.settings.alphabet == "lower"

    window.files.open(_file(tmp_path / "b.inkml", reading="character", alphabet="digits"))
    settle(window)
    assert window.alphabet == "digits"
    window.close()
    assert SettingsStore().values.alphabet == before


def test_what_is_chosen_is_remembered_with_the_drawing(window: MainWindow, settle: Settle) -> None:
    assert window.document.settings.reading == "character"
    assert window.document.settings.alphabet == window.alphabet
    choose(window, "Everything")
    settle(window)
    assert window.document.settings.alphabet == "all"
    window.document.start()
    assert window.document.settings.reading == "character"


def test_the_command_line_counts_more_than_the_file(make_window: WindowMaker, settle: Settle, tmp_path: Path) -> None:
    path = _file(tmp_path / "a.inkml", reading="equation", alphabet="lower")

    window = make_window(reading="character", alphabet="digits", file=path)
    settle(window)
    assert window.readings.reading == "character"
    assert window.alphabet == "digits"


@pytest.mark.slow
def test_what_a_file_says_that_nobody_knows_is_passed_over(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    before = window.alphabet

    window.files.open(_file(tmp_path / "a.inkml", reading="poem", alphabet="runes"))
    settle(window)

    assert window.readings.reading == "character"
    assert window.alphabet == before
    assert window.document.drawing
    assert window.notice.text == ""
