"""Light and dark: the system's scheme or the user's choice, the program's own palettes, and icons in their colours."""

import functools
from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from digitvision.resources import resource_path

Appearance = Literal["system", "light", "dark"]

_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}

_ICON_SIZES: Final = (16, 24, 32, 48)

_EDGE_SHARE: Final = 0.85
"""How far the colour from which the style makes the edges of tick boxes is from the window's to the text's, where the
window is dark: the style Fusion draws edges in a darker shade of it."""

_DARK: Final = {
    QPalette.ColorRole.Window: "#202124",
    QPalette.ColorRole.WindowText: "#e8eaed",
    # Lighter than the window: the style Fusion draws the edges of fields in a darker colour than the window's.
    QPalette.ColorRole.Base: "#2b2d31",
    QPalette.ColorRole.AlternateBase: "#323539",
    QPalette.ColorRole.Text: "#e8eaed",
    QPalette.ColorRole.Button: "#303236",
    QPalette.ColorRole.ButtonText: "#e8eaed",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#303236",
    QPalette.ColorRole.ToolTipText: "#e8eaed",
    QPalette.ColorRole.PlaceholderText: "#9aa0a6",
    QPalette.ColorRole.Link: "#8ab4f8",
    QPalette.ColorRole.Highlight: "#3b78d8",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Light: "#45484d",
    QPalette.ColorRole.Midlight: "#3a3d41",
    QPalette.ColorRole.Mid: "#2a2c2f",
    QPalette.ColorRole.Dark: "#141517",
    QPalette.ColorRole.Shadow: "#000000",
    QPalette.ColorRole.Accent: "#6ea8fe",
}

_LIGHT: Final = {
    QPalette.ColorRole.Window: "#f4f5f7",
    QPalette.ColorRole.WindowText: "#1f2328",
    QPalette.ColorRole.Base: "#ffffff",
    QPalette.ColorRole.AlternateBase: "#f7f8fa",
    QPalette.ColorRole.Text: "#1f2328",
    QPalette.ColorRole.Button: "#eceef1",
    QPalette.ColorRole.ButtonText: "#1f2328",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#ffffff",
    QPalette.ColorRole.ToolTipText: "#1f2328",
    QPalette.ColorRole.PlaceholderText: "#6b737c",
    QPalette.ColorRole.Link: "#1a62c7",
    QPalette.ColorRole.Highlight: "#2f6fdb",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Light: "#ffffff",
    QPalette.ColorRole.Midlight: "#f0f1f4",
    QPalette.ColorRole.Mid: "#c9cdd3",
    QPalette.ColorRole.Dark: "#9aa1aa",
    QPalette.ColorRole.Shadow: "#60666e",
    QPalette.ColorRole.Accent: "#1f66d6",
}


class Theme(QObject):
    """Applies the appearance to the application, whose widgets get a `PaletteChange`.

    Qt's own switch (`QStyleHints.setColorScheme`) is used where the platform has one. Where it has none, as on a bare X
    server, one of the program's own palettes is set.
    """

    def __init__(self, application: QApplication, appearance: Appearance) -> None:
        super().__init__(application)
        self._application = application
        self._appearance: Appearance = "system"
        self._own_palette = False
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.set_appearance(appearance)

    @property
    def appearance(self) -> Appearance:
        """The appearance that was chosen."""
        return self._appearance

    def set_appearance(self, appearance: Appearance) -> None:
        """Follow the system's scheme, or be light or dark whatever the system's is."""
        self._appearance = appearance
        hints = self._application.styleHints()
        wanted = _SCHEMES[appearance]
        if wanted == Qt.ColorScheme.Unknown:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(wanted)
        self._apply_palette()

    @Slot()
    def _follow_system(self) -> None:
        self._apply_palette()
        # The system's colours may come just after the news that they change.
        QTimer.singleShot(0, self, self._colour_boxes)

    def _apply_palette(self) -> None:
        scheme = self._application.styleHints().colorScheme()
        wanted = _SCHEMES[self._appearance]
        if scheme == Qt.ColorScheme.Unknown or (wanted != Qt.ColorScheme.Unknown and scheme != wanted):
            colours = _DARK if wanted == Qt.ColorScheme.Dark else _LIGHT
            self._application.setPalette(_palette(colours))
            self._own_palette = True
        elif self._own_palette:
            self._application.setPalette(QPalette())
            self._own_palette = False
        self._colour_boxes()

    @Slot()
    def _colour_boxes(self) -> None:
        boxes = self._application.palette()
        boxes.setColor(QPalette.ColorRole.Window, box_edge(boxes))
        for widgets in ("QCheckBox", "QMenu"):
            # PySide6 takes a text here, whatever its type hints say.
            self._application.setPalette(boxes, widgets)  # type: ignore[arg-type]


def _palette(colours: dict[QPalette.ColorRole, str]) -> QPalette:
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    faded = QColor(colours[QPalette.ColorRole.PlaceholderText])
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def palette_on(picture: QImage) -> QPalette:
    """Return the dark or the light palette, whichever is visible on a picture, whatever the window's scheme."""
    size, smooth = QSize(1, 1), Qt.TransformationMode.SmoothTransformation
    mean = picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).pixelColor(0, 0)
    return _palette(_DARK if mean.lightness() < 128 else _LIGHT)


def light_palette() -> QPalette:
    """Return the light palette, for pictures that go on paper."""
    return _palette(_LIGHT)


def is_dark(palette: QPalette) -> bool:
    """Whether the palette has a dark ground."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def box_edge(palette: QPalette) -> QColor:
    """Return the colour from which the style makes the edges of tick boxes, in the place of the window's.

    On dark ground nobody would see edges that are made from the window's own colour.
    """
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text)
    if not is_dark(palette):
        return window
    low, high = (np.array(colour.getRgb()) for colour in (window, text))
    return QColor(*np.rint(low + (high - low) * _EDGE_SHARE).astype(int).tolist())


def accent(palette: QPalette) -> QColor:
    """Return the accent colour."""
    return palette.color(QPalette.ColorRole.Accent)


def muted(palette: QPalette) -> QColor:
    """Return the colour of text in the background."""
    return palette.color(QPalette.ColorRole.PlaceholderText)


def hairline(palette: QPalette) -> QColor:
    """Return the colour of thin borders."""
    colour = QColor(palette.color(QPalette.ColorRole.WindowText))
    colour.setAlpha(60)
    return colour


def icon(name: str, palette: QPalette) -> QIcon:
    """Return a shipped icon in the palette's text colour, paler where disabled, in the accent colour where checked."""
    text = palette.color(QPalette.ColorRole.ButtonText)
    result = QIcon()
    shades = {
        (QIcon.Mode.Normal, QIcon.State.Off): text,
        (QIcon.Mode.Normal, QIcon.State.On): accent(palette),
        (QIcon.Mode.Disabled, QIcon.State.Off): muted(palette),
    }
    for (mode, state), colour in shades.items():
        for pixmap in _pixmaps(name, colour.name()):
            result.addPixmap(pixmap, mode, state)
    return result


def _pixmaps(name: str, colour: str) -> tuple[QPixmap, ...]:
    return tuple(QPixmap.fromImage(image) for image in _images(name, colour))


@functools.cache
def _images(name: str, colour: str) -> tuple[QImage, ...]:
    """Return a shipped icon in a colour at every size, as images, because pixmaps may not outlive the application."""
    renderer = _renderer(name, colour)
    return tuple(_image(renderer, size) for size in _ICON_SIZES)


def symbol(name: str, palette: QPalette, side: int, ratio: float) -> QPixmap:
    """Return a shipped icon as one picture in the palette's text colour, for a label.

    Args:
        name: Name of the icon's file without its suffix.
        palette: Gives the colour.
        side: Width and height in the label's pixels.
        ratio: Device pixels for each pixel of the label.
    """
    renderer = _renderer(name, palette.color(QPalette.ColorRole.WindowText).name())
    pixmap = QPixmap.fromImage(_image(renderer, round(side * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = resource_path("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(source.encode()))


def _image(renderer: QSvgRenderer, size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def application_icon() -> QIcon:
    """Return the program's icon for title bars and task bars."""
    return QIcon(str(resource_path("icons", "digitvision.svg")))


def motion_wanted() -> bool:
    """Whether the system lets widgets move; some people switch motion off."""
    application = QGuiApplication.instance()
    if not isinstance(application, QApplication):
        return False
    style = application.style()
    return style.styleHint(style.StyleHint.SH_Widget_Animation_Duration) > 0
