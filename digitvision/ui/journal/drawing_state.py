"""All that has to come back of a drawing after a crash, as one value that never changes."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QImage

from digitvision.ink.drawing_settings import DrawingSettings
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections

NO_CORRECTIONS: Final = Corrections()
_NO_DRAWING: Final = Drawing()
_NO_SETTINGS: Final = DrawingSettings()


@dataclass(frozen=True, slots=True, eq=False)
class KeptPicture:
    """A picture that covers the drawing.

    Attributes:
        image: The picture as it is shown.
        name: Name of its file, or of its source.
    """

    image: QImage
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class DrawingState:
    """A drawing as it is at one moment, without its undo history.

    Attributes:
        drawing: The strokes, also while a picture covers them.
        corrections: The corrections of their glyphs.
        settings: What is remembered with the drawing.
        path: Absolute path of its file; empty while it has none.
        digest: What the file held when it was opened or saved last, as `files.digest_of` gives it; empty if unknown.
        modified: Whether the file does not hold the drawing as it is.
        picture: The picture that covers the drawing; None without one.
        picture_corrections: The corrections of the picture's glyphs.
        text: The last reading; empty without one.
        attempts: Number of times that this drawing was brought back and the program ended before it was shown.
        closed: Whether the drawing was closed: it is no longer in a window.
    """

    drawing: Drawing = _NO_DRAWING
    corrections: Corrections = NO_CORRECTIONS
    settings: DrawingSettings = _NO_SETTINGS
    path: str = ""
    digest: str = ""
    modified: bool = False
    picture: KeptPicture | None = None
    picture_corrections: Corrections = NO_CORRECTIONS
    text: str = ""
    attempts: int = 0
    closed: bool = False

    @property
    def blank(self) -> bool:
        """Whether there is nothing to bring back: no stroke, no picture and no file."""
        return not self.drawing and self.picture is None and not self.path

    @property
    def worth_keeping(self) -> bool:
        """Whether something would be lost with the drawing when it is closed: strokes that no file holds."""
        return self.modified and bool(self.drawing)
