"""The user's settings, with their file and its format."""

import base64
import binascii
import json
import logging
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from digitvision.faults import Fault
from digitvision.files import read_limited, user_folder, write_atomically
from digitvision.ink.editing.pressure_curve import HEIGHTS, PressureCurve
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.theme import Appearance

SETTINGS_FORMAT = "digitvision-settings"
SETTINGS_VERSION = 1
SETTINGS_LIMIT = 2**20
"""Largest size of the file in bytes."""

RECENT_FILES = 10
"""Number of recent files that are remembered."""

PEN_WIDTHS = (4.0, 60.0)
"""Width of the thinnest and of the thickest pen, in thousandths of the canvas's shorter side."""

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
        pen_width: Width of the pen for single characters, at the pressure of a mouse, in thousandths of the canvas's
            shorter side.
        row_pen_width: The same for lines and equations.
        recent_files: Paths of the recent files, newest first.
        geometry: The window's position and size, as Qt encodes them.
        state: The state of its tool bars, as Qt encodes it.
        last_folder: Folder in which the last drawing was opened or saved.
        line_alphabet: Name of the alphabet that lines are read within, one of `alphabets.ALPHABETS`.
        reading: The kind of reading, one of `reading_kinds.READINGS`; an unknown one is ignored, and it is
            empty until the user has chosen one.
        glyph_boxes: Whether boxes over the ink show how each glyph was read.
        pen_steadiness: Strength of the pen's stabiliser, 0 to 1.
        pen_pressure: Heights of the pen's pressure curve, as many as `HEIGHTS` has, none below the one before.
        scratch_out: Whether a zigzag over ink takes that ink away.
        left_handed: Whether the answer stands to the left of the canvas.
        paper: What is printed on the paper of new drawings, one of `patterns.PATTERNS`; an unknown name is ignored.
        own_layers: The last network that the user put together, as a list of layers; empty for none.
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
    reading: str = ""
    glyph_boxes: bool = True
    paper: str = "blank"
    own_layers: str = ""
    pen_steadiness: float = 0.0
    pen_pressure: tuple[float, ...] = HEIGHTS
    scratch_out: bool = True
    left_handed: bool = False


class SettingsStore:
    """Reads the settings once, and writes changes atomically.

    Only values that differ from the defaults are written. Changes that another window makes to other settings are kept,
    because the file is read again before each write. A damaged file is renamed to ``settings.damaged.json``. The file
    of a newer version is used as far as it is understood, and never overwritten.
    """

    def __init__(self, path: Path | None = None, *, writable: bool = True) -> None:
        """Read the settings.

        Args:
            path: The file; None for the one in the user's folder.
            writable: Whether changes are written.
        """
        self.path = path if path is not None else user_folder() / "settings.json"
        self.problem = ""
        """A sentence for the user where the settings could not be read or written; empty otherwise."""
        self._writable = writable
        self._unwritten: dict[str, Any] = {}
        self.write_failed = False
        """Whether the last changes could not be written."""
        self.values = self._read()

    def change(self, **changes: Any) -> None:
        """Change some settings by name; `write` writes them."""
        fresh = {name: value for name, value in changes.items() if getattr(self.values, name) != value}
        if fresh:
            self.values = replace(self.values, **fresh)
            self._unwritten.update(fresh)

    def write(self) -> None:
        """Write the changes. A failure is described in `problem` and raises no error."""
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
            self.problem, self.write_failed = f"The settings were not saved: {error}", True
            _log.warning("%s", self.problem)
        else:
            self._unwritten = {}
            if self.write_failed:
                self.write_failed, self.problem = False, ""

    def remember_file(self, path: Path) -> None:
        """Put a drawing at the top of the recent files."""
        name = str(path)
        others = [other for other in self.values.recent_files if other != name]
        self.change(recent_files=(name, *others)[:RECENT_FILES], last_folder=str(path.parent))

    def forget_file(self, path: Path) -> None:
        """Remove a file that is gone from the recent files."""
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
                "The settings were written by a newer DigitVision; they are used as far as possible, and not changed."
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
    """Return the settings in a file, and whether a newer version wrote it.

    A single value that is not valid is ignored; the others are used.
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
                _log.warning("The setting %s is not valid and is ignored.", name)
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


def _within(value: Any, limits: tuple[float, float]) -> float:
    least, most = limits
    number = float(value)
    if not least <= number <= most:
        raise ValueError
    return number


def _heights(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != len(HEIGHTS):
        raise ValueError
    # The curve refuses heights that are no curve.
    return PressureCurve(tuple(float(height) for height in value)).heights


_CHECKS = {
    "appearance": _appearance,
    "model": _text,
    "alphabet": _text,
    "line_alphabet": _alphabet,
    "pen_width": lambda value: _within(value, PEN_WIDTHS),
    "row_pen_width": lambda value: _within(value, ROW_PEN_WIDTHS),
    "recent_files": lambda value: _texts(value)[:RECENT_FILES],
    "geometry": lambda value: base64.b64decode(_text(value), validate=True),
    "state": lambda value: base64.b64decode(_text(value), validate=True),
    "last_folder": _text,
    "reading": _text,
    "glyph_boxes": _truth,
    "paper": _text,
    "own_layers": _text,
    "pen_steadiness": lambda value: _within(value, (0.0, 1.0)),
    "pen_pressure": _heights,
    "scratch_out": _truth,
    "left_handed": _truth,
}
