"""A widget as a picture for other programs."""

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

FINE: Final = 2
"""Pixels of a picture for each pixel on screen, along each side."""


def png_of(widget: QWidget, ground: QColor, *, fine: int = FINE) -> bytes:
    """Return a widget as PNG on a ground of this colour, in its own colours."""
    picture = QPixmap(widget.size() * fine)
    picture.setDevicePixelRatio(fine)
    picture.fill(ground)
    painter = QPainter(picture)
    QWidget.render(widget, painter, QPoint())
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg_of(widget: QWidget, ground: QColor, title: str) -> bytes:
    """Return a widget as SVG on a ground of this colour, in its own colours."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    generator.setTitle(title)
    painter = QPainter(generator)
    painter.fillRect(widget.rect(), ground)
    QWidget.render(widget, painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())
