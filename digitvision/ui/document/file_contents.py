"""What is read from files and written to them, off the window's thread."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from digitvision.files import digest_of, read_limited
from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections, annotations_of, corrections_of
from digitvision.ui.document.document import Picture
from digitvision.ui.journal.locks import is_open_elsewhere


@dataclass(frozen=True, slots=True)
class InkFile:
    """What was read from a drawing's file.

    Attributes:
        drawing, native, corrections, settings: As `Document.open` takes them.
        digest: What the file held, as `files.digest_of` gives it.
        elsewhere: Whether another window has the file open.
        lost: What of the file would not be in it if it were saved again, in words; empty where nothing is lost.
    """

    drawing: Drawing
    native: bool
    corrections: Corrections
    settings: DrawingSettings
    digest: str
    elsewhere: bool
    lost: tuple[str, ...] = ()


def read_ink(path: Path, journal: tuple[Path, str] | None) -> InkFile:
    """Read a drawing's file.

    Args:
        path: The file.
        journal: Folder and name of the window's journal, by which it is told from other windows; None without one.

    Raises:
        Fault: As of `ink.inkml.read_inkml`.
    """
    from digitvision.ink.inkml import MAX_FILE_BYTES, parse_inkml

    data = read_limited(path, MAX_FILE_BYTES)
    found = parse_inkml(data, where=path.name)
    elsewhere = journal is not None and is_open_elsewhere(journal[0], path, journal[1])
    corrections = corrections_of(found.annotations)
    return InkFile(found.drawing, found.native, corrections, found.settings, digest_of(data), elsewhere, found.lost)


def ink_bytes(drawing: Drawing, corrections: Corrections, settings: DrawingSettings) -> bytes:
    """Return a drawing as an InkML file."""
    from digitvision.ink.inkml import inkml_bytes

    return inkml_bytes(drawing, annotations_of(corrections), settings)


def picture_from_file(path: Path) -> Picture:
    """Read a picture.

    Raises:
        Fault: As of `ink.picture.open_picture`.
    """
    from digitvision.ink.picture import ink_of_picture, open_picture, pages_of

    image = open_picture(path)
    shown = image.convert("RGBA")
    raw = QImage(shown.tobytes(), shown.width, shown.height, shown.width * 4, QImage.Format.Format_RGBA8888)
    # The copy owns its pixels, while the bytes above are freed after this call.
    return Picture(raw.copy(), ink_of_picture(image), path.name, pages_of(image))


def picture_from_image(image: QImage, name: str) -> Picture:
    """Return an image, with its ink; `name` is that of its source."""
    from PIL import Image

    from digitvision.ink.picture import ink_of_picture

    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    pixels = rows[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4).copy()
    return Picture(plain.copy(), ink_of_picture(Image.fromarray(pixels, "RGBA")), name)
