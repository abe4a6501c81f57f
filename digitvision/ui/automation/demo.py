"""The demo: the real window writes the shipped samples by itself and reads them."""

from pathlib import Path
from typing import Final, TextIO

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication

from digitvision.files import make_folder_of, write_named_file
from digitvision.ink.inkml import read_inkml
from digitvision.recognition.prediction import percent
from digitvision.resources import resource_path
from digitvision.ui.automation.pointer_player import REPORT_MS, PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.window.main_window import MainWindow

READY_LIMIT_S: Final = 30.0
ANSWER_LIMIT_S: Final = 5.0
LOOK_S: Final = 0.8
"""Pause after each answer where the window is on a screen."""

DEFAULT_PICTURE: Final = "digitvision-demo.png"


def demonstrate(window: MainWindow, output: Path | None, out: TextIO) -> int:
    """Write every shipped sample, print each reading, and save a picture of the window.

    Args:
        window: A window that is not shown yet.
        output: The picture's file; `digitvision-demo.png` in this folder when None.
        out: Where the readings are printed.

    Returns:
        0 when every sample was read correctly, else 1.

    Raises:
        Fault: The window did not answer, or the picture cannot be written.
    """
    picture = output if output is not None else Path(DEFAULT_PICTURE)
    make_folder_of(picture)
    on_screen = QGuiApplication.platformName() not in ("offscreen", "minimal")
    window.show()
    # The samples are digits, whatever the user's settings are.
    window.start(reading="character", alphabet="digits")
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    player = PointerPlayer(window.draw_tab.canvas)
    wrong = 0
    for path in sorted(resource_path("samples").glob("*.inkml")):
        window.document.start()
        for stroke in read_inkml(path).drawing.strokes:
            if on_screen:
                player.write(stroke, between=lambda: let_run(REPORT_MS / 1000))
            else:
                player.write(stroke)
        wait_until(lambda: window.settled, limit_s=ANSWER_LIMIT_S, what=f"the answer to {path.name}")
        reading = window.draw_tab.reading
        assert reading is not None
        right = reading.text == path.stem
        wrong += not right
        note = "" if right else f"   (it is a {path.stem})"
        print(f"{path.name}: {reading.text}   {percent(reading.confidence)}   {reading.verdict}{note}", file=out)
        if on_screen:
            let_run(LOOK_S)
    write_named_file(picture, picture_of(window))
    print(f"The window: {picture}", file=out)
    return 1 if wrong else 0


def picture_of(window: MainWindow) -> bytes:
    """Return a picture of the window as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())
