"""The user's settings: the only module that knows where and how they are kept."""

import base64
import binascii
import json
import logging
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from digitvision.faults import Fault
from digitvision.files import read_limited, user_folder, write_atomically
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.theme import Appearance

SETTINGS_FORMAT = "digitvision-settings"
SETTINGS_VERSION = 1
SETTINGS_LIMIT = 2**20
RECENT_FILES = 10

PEN_WIDTHS = (4.0, 60.0)
"""Thinnest and thickest pen, in thousandths of the canvas's shorter side."""

ROW_PEN_WIDTHS = (3.0, 31.0)
"""The same for lines and equations, whose glyphs are a fraction of that side."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults.

    Attributes:
        appearance: ``system``, ``light`` or ``dark``.
        model: Name of the chosen model; empty for the alphabet's default.
        alphabet: Name of the chosen alphabet; empty for the one that the model is made for.
        pen_width: Thousandths of the canvas's shorter side, at the pressure of a mouse; `row_pen_width` the same for
            lines and equations.
        recent_files: Paths, newest first.
        geometry, state: Qt's own notes of the window's place and its bars.
        last_folder: Where the last drawing was opened or saved.
        line_alphabet: Name of the alphabet that lines are read within, one of `alphabets.ALPHABETS`.
        reading: What the canvas is taken for, one of `reading_kinds.READINGS`; what is not known is passed over.
        glyph_boxes: Whether boxes over the ink show how each glyph was read.
        own_layers: The network that the user put together last, as a list of layers; empty for none.
    """

    appearance: Appearance = "system"
    model: str = ""
    alphabet: str = ""
    line_alphabet: str = "all"
    pen_width: float = 22.0
    row_pen_width: float = 9.0
    recent_files: tuple[str, ...] = ()
    geometry: bytes = field(default=b"", repr=False)
    state: bytes = field(default=b"", repr=False)
    last_folder: str = ""
    reading: str = "character"
    glyph_boxes: bool = True
    own_layers: str = ""


class SettingsStore:
    """Reads the settings once, and writes what was changed, atomically.

    Only values that differ from the defaults are written. Another window's changes to other settings stay: the file
    is read again before each write. A damaged file is kept aside as ``settings.damaged.json``; one of a newer version
    is used as far as it is understood, and never written over.
    """

    def __init__(self, path: Path | None = None, *, writable: bool = True) -> None:
        """Read the settings.

        Args:
            path: The file; the user's own when None.
            writable: Whether changes are kept.
        """
        self.path = path if path is not None else user_folder() / "settings.json"
        self.problem = ""
        """A sentence for the user when the settings could not be read or kept; empty otherwise."""
        self._writable = writable
        self._unwritten: dict[str, Any] = {}
        self.values = self._read()

    def change(self, **changes: Any) -> None:
        """Change some settings; `write` keeps them."""
        fresh = {name: value for name, value in changes.items() if getattr(self.values, name) != value}
        if fresh:
            self.values = replace(self.values, **fresh)
            self._unwritten.update(fresh)

    def write(self) -> None:
        """Keep what was changed. A failure is noted in `problem` and does no other harm."""
        if not self._unwritten or not self._writable:
            return
        try:
            base, newer = _decoded(self.path) if self.path.exists() else (Settings(), False)
        except Fault:
            base, newer = self.values, False
        if newer:
            self._writable = False
            return
        try:
            write_atomically(self.path, _encoded(replace(base, **self._unwritten)))
        except Fault as error:
            self.problem = f"The settings were not kept: {error}"
            _log.warning("%s", self.problem)
        else:
            self._unwritten = {}

    def remember_file(self, path: Path) -> None:
        """Put a drawing at the top of the recent files."""
        name = str(path)
        others = [other for other in self.values.recent_files if other != name]
        self.change(recent_files=(name, *others)[:RECENT_FILES], last_folder=str(path.parent))

    def forget_file(self, path: Path) -> None:
        """Take a drawing that is gone off the recent files."""
        self.change(recent_files=tuple(name for name in self.values.recent_files if name != str(path)))

    def _read(self) -> Settings:
        if not self.path.exists():
            return Settings()
        try:
            settings, newer = _decoded(self.path)
        except Fault as error:
            self.problem = str(error)
            _log.warning("%s", error)
            try:
                self.path.replace(self.path.with_name("settings.damaged.json"))
            except OSError:
                self._writable = False
            return Settings()
        if newer:
            self._writable = False
            self.problem = (
                "The settings were written by a newer DigitVision; they are used as far as possible, not changed."
            )
        return settings


def _encoded(settings: Settings) -> bytes:
    defaults = asdict(Settings())
    changed = {name: value for name, value in asdict(settings).items() if value != defaults[name]}
    for name, value in changed.items():
        if isinstance(value, bytes):
            changed[name] = base64.b64encode(value).decode()
    document = {"format": SETTINGS_FORMAT, "version": SETTINGS_VERSION, **changed}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", errors="surrogatepass")


def _decoded(path: Path) -> tuple[Settings, bool]:
    """The settings in a file, and whether a newer version wrote it.

    A single value that makes no sense is passed over; the others hold.
    """
    data = read_limited(path, SETTINGS_LIMIT)
    try:
        document = json.loads(data.decode("utf-8", errors="surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Fault(f"The settings in “{path.name}” are damaged; the defaults are used instead.") from error
    if not isinstance(document, dict) or document.get("format") != SETTINGS_FORMAT:
        raise Fault(f"“{path.name}” does not hold DigitVision's settings; the defaults are used instead.")
    version = document.get("version")
    known: dict[str, Any] = {}
    for name in (entry.name for entry in fields(Settings)):
        if name in document:
            try:
                known[name] = _CHECKS[name](document[name])
            except (TypeError, ValueError, binascii.Error):
                _log.warning("The setting %s makes no sense and is not used.", name)
    return Settings(**known), isinstance(version, int) and version > SETTINGS_VERSION


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(entry) for entry in value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _appearance(value: Any) -> Any:
    if value not in get_args(Appearance):
        raise ValueError
    return value


def _alphabet(value: Any) -> str:
    if value not in ALPHABETS:
        raise ValueError
    return str(value)


def _pen_width(value: Any, limits: tuple[float, float]) -> float:
    thinnest, thickest = limits
    width = float(value)
    if not thinnest <= width <= thickest:
        raise ValueError
    return width


_CHECKS = {
    "appearance": _appearance,
    "model": _text,
    "alphabet": _text,
    "line_alphabet": _alphabet,
    "pen_width": lambda value: _pen_width(value, PEN_WIDTHS),
    "row_pen_width": lambda value: _pen_width(value, ROW_PEN_WIDTHS),
    "recent_files": lambda value: _texts(value)[:RECENT_FILES],
    "geometry": lambda value: base64.b64decode(_text(value), validate=True),
    "state": lambda value: base64.b64decode(_text(value), validate=True),
    "last_folder": _text,
    "reading": _text,
    "glyph_boxes": _truth,
    "own_layers": _text,
}
