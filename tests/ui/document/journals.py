"""Windows that keep what is drawn, and what a crash would leave of them."""

import shutil
from pathlib import Path

import pytest

from digitvision.ui.document.autosave import Autosave
from digitvision.ui.journal.journal_folder import earlier_names, read_earlier
from digitvision.ui.journal.journal_reader import Kept, read_journal
from digitvision.ui.window.main_window import MainWindow


def autosave_of(window: MainWindow) -> Autosave:
    """Return what keeps the window's drawing."""
    assert window.files.autosave is not None
    return window.files.autosave


def kept(window: MainWindow) -> Kept:
    """Return what is on the disk of the drawing in the window, once it is there."""
    autosave = autosave_of(window)
    assert autosave.keeps(to_the_end=True)
    return read_journal(autosave.journal.folder / f"{autosave.journal.name}.journal")


def crashed(window: MainWindow, folder: Path) -> Path:
    """Return a folder of journals as a crash of the window would leave it now."""
    autosave = autosave_of(window)
    assert autosave.keeps(to_the_end=True)
    shutil.copytree(
        autosave.journal.folder, folder, ignore=shutil.ignore_patterns("*.lock", "*.open"), dirs_exist_ok=True
    )
    return folder


def earlier(folder: Path) -> list[Kept]:
    """Return the earlier drawings, the one that was closed last first."""
    return [read_earlier(folder, name) for name in earlier_names(folder)]


class OtherWindows:
    """Takes the place of the windows that a window opens for further drawings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[str] = []
        """Names of the journals that they were to bring back."""
        self.places: list[int] = []
        """Which of the windows behind this one each of them is."""
        monkeypatch.setattr("PySide6.QtCore.QProcess.startDetached", self._start)

    def _start(self, _program: str, words: list[str]) -> bool:
        assert words[-5:-3] == ["gui", "--bring-back"]
        assert words[-2] == "--behind"
        self.opened.append(words[-3])
        self.places.append(int(words[-1]))
        return True
