"""Makes the pictures of README and guide: the real window writes shipped drawings and is painted as it then stands."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QSize
from PySide6.QtWidgets import QWidget

from digitvision.faults import Fault
from digitvision.files import write_atomically
from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.resources import resource_path
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.window.main_window import MainWindow

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
SCALE: Final = 2
"""Pixels of a picture for each pixel of the window, so that it is crisp on every screen."""

WINDOW_SIZE: Final = QSize(1040, 700)
ROW_WINDOW_SIZE: Final = QSize(960, 600)
"""Size of the window in pictures of a line or an equation, which is wide."""

CARD_WINDOW_SIZE: Final = QSize(1040, 905)
"""Size of the window in the picture of a model's card, which must show the whole diagram of the network."""

MARGIN_SHARE: Final = 0.14
"""Margin around a drawing, as a share of the canvas's shorter side."""

COLOURS: Final = 96
"""In a picture: a window has few, and the file is a third as large."""

READY_LIMIT_S: Final = 60.0
ANSWER_LIMIT_S: Final = 30.0
TRAINING_LIMIT_S: Final = 1800.0
PAINT_S: Final = 0.3
"""Until bars and colours have come to rest."""

TRAINED_SHARE: Final = 0.7
"""Share of the training that is completed when its picture is taken."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The content of one picture.

    Attributes:
        name: The beginning of its files' names, `NAME-light.png` and `NAME-dark.png`.
        prepare: Brings the window there and gives the widget that is painted.
        leave: Brings the window back.
    """

    name: str
    prepare: Callable[[MainWindow], QWidget]
    leave: Callable[[MainWindow], object] = lambda window: None


def save_pictures(
    window: MainWindow, folder: Path, out: TextIO, *, names: Sequence[str] = (), schemes: Sequence[Scheme] = SCHEMES
) -> int:
    """Take the pictures and save them as PNG.

    Args:
        window: A window that is not shown yet, whose settings are not kept.
        folder: Where they are saved; it is made where there is none.
        out: Where each picture's path is printed.
        names: The names of the scenes to take; all of them when empty.
        schemes: The colour schemes in which each is taken.

    Returns:
        0, as an exit code.

    Raises:
        Fault: A drawing was not read as what it is, the window did not answer, or a picture cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(f"No pictures can be saved in {folder}: {error.strerror or error}.") from error
    before = window.appearance
    window.show()
    window.start(reading="character", alphabet="digits")
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    for scene in SCENES:
        if names and scene.name not in names:
            continue
        painted = scene.prepare(window)
        for scheme in schemes:
            window.set_appearance(scheme)
            let_run(PAINT_S)
            path = folder / f"{scene.name}-{scheme}.png"
            write_atomically(path, png_of(painted))
            print(path, file=out)
        scene.leave(window)
    window.set_appearance(before)
    return 0


def png_of(widget: QWidget) -> bytes:
    """Return a widget as a PNG with few colours, with as many pixels as it has on the screen."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    with Image.open(io.BytesIO(bytes(buffer.data().data()))) as full:
        few = full.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    few.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _sample(folder: str, name: str, text: str, size: QSize) -> Callable[[MainWindow], QWidget]:
    """Show the Draw tab with a shipped drawing of the folder, which must be read as this text where one is given."""

    def prepare(window: MainWindow) -> QWidget:
        drawing = read_inkml(resource_path("samples", folder, f"{name}.inkml")).drawing
        _draw(window, folder.removesuffix("s"), drawing, text, size)
        return window

    return prepare


def _draw(window: MainWindow, reading: str, drawing: Drawing, text: str, size: QSize) -> None:
    """Write a drawing in the middle of the canvas, and wait until the complete answer is on the screen."""
    window.tabs.setCurrentWidget(window.draw_tab)
    window.resize(size)
    window.document.start()
    window.readings.use(reading)
    wait_until(lambda: window.settled, limit_s=READY_LIMIT_S, what="the reading")
    let_run(PAINT_S)
    canvas = window.draw_tab.canvas
    left, top = canvas.to_drawing(QPointF(0, 0))
    right, bottom = canvas.to_drawing(QPointF(canvas.width(), canvas.height()))
    margin = MARGIN_SHARE * min(right - left, bottom - top)
    player = PointerPlayer(canvas)
    for stroke in drawing.fit_into(Bounds(left + margin, top + margin, right - margin, bottom - margin)).strokes:
        player.write(stroke)
    wait_until(lambda: window.settled, limit_s=ANSWER_LIMIT_S, what="the answer")
    found = window.draw_tab.reading
    if found is None or (text and found.text != text):
        raise Fault(f"“{text}” was written, but “{'' if found is None else found.text}” was read.")


def _help(window: MainWindow) -> QWidget:
    window.help.show_shortcuts()
    shown = window.help.window
    assert shown is not None
    shown.resize(ROW_WINDOW_SIZE)
    return shown


def _train(window: MainWindow) -> QWidget:
    """Show a training of the shipped digits that has completed some epochs."""
    window.resize(WINDOW_SIZE)
    window.readings.use("character")
    tab = window.train_tab
    window.tabs.setCurrentWidget(tab)
    last: dict[str, Any] = {}
    tab.client.reported.connect(last.update)
    tab.start()
    wait_until(lambda: _share_done(last) >= TRAINED_SHARE, limit_s=TRAINING_LIMIT_S, what="the training")
    if last["event"] != "batch":
        raise Fault(f"The training ended too soon: {last.get('message') or last['event']}")
    return window


def _share_done(last: dict[str, Any]) -> float:
    """Return the share of a training that is completed; 1 where it has ended."""
    if last.get("event") in ("completed", "cancelled", "failed"):
        return 1.0
    if last.get("event") != "batch":
        return 0.0
    return float((last["epoch"] - 1 + last["batch"] / last["batches"]) / last["of"])


def _stop_training(window: MainWindow) -> None:
    client = window.train_tab.client
    client.stop()
    wait_until(lambda: not client.running, limit_s=READY_LIMIT_S, what="the training's end")
    window.notice.dismiss()


def _model_card(window: MainWindow) -> QWidget:
    window.resize(CARD_WINDOW_SIZE)
    window.readings.use("character")
    window.tabs.setCurrentWidget(window.model_tab)
    window.model_tab.show_page(window.model_tab.card_page)
    return window


def _inside(window: MainWindow) -> QWidget:
    _FOUR(window)
    tab = window.model_tab
    window.tabs.setCurrentWidget(tab)
    tab.show_page(tab.inside_page)
    let_run(PAINT_S)
    wait_until(lambda: tab.inside_page.idle, limit_s=ANSWER_LIMIT_S, what="the look inside")
    return window


_FOUR: Final = _sample("characters", "four", "4", WINDOW_SIZE)
SCENES: Final = (
    Scene("draw", _FOUR),
    Scene("doubt", _sample("characters", "scribble", "", WINDOW_SIZE)),
    Scene("model", _model_card),
    Scene("inside", _inside),
    Scene("line", _sample("lines", "product", "48×25=", ROW_WINDOW_SIZE)),
    Scene("equation", _sample("equations", "quadratic", "x=(-b±√(b²-4ac))/(2a)", ROW_WINDOW_SIZE)),
    Scene("value", _sample("equations", "integral", "∫₀¹ x² dx", ROW_WINDOW_SIZE)),
    Scene("graph", _sample("equations", "parabola", "y=x²-2x", ROW_WINDOW_SIZE)),
    Scene("help", _help, lambda window: window.help.shut_down()),
    Scene("train", _train, _stop_training),
)
"""In the order in which they are taken."""
