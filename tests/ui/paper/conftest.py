"""A canvas with a document, without the window around it: what concerns the paper needs no more."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    """What is on the canvas."""
    document = Document()
    yield document
    document.deleteLater()


@pytest.fixture
def canvas(document: Document, qtbot: QtBot) -> Iterator[Canvas]:
    """A canvas on the screen, which has the focus."""
    canvas = Canvas()
    canvas.stroke_finished.connect(document.add_stroke)
    document.content_changed.connect(lambda: canvas.set_content(document.drawing, None))
    canvas.resize(620, 600)
    QCursor.setPos(canvas.screen().geometry().bottomRight())
    canvas.show()
    canvas.activateWindow()
    qtbot.waitUntil(canvas.isActiveWindow, timeout=PATIENCE_MS)
    canvas.setFocus()
    yield canvas
    canvas.close()
    canvas.deleteLater()
