"""What has to be seen on dark ground as well: the chosen page, and empty tick boxes."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QListWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.theme import Appearance, Theme, accent
from digitvision.ui.widgets.page_bar import PageBar
from digitvision.ui.widgets.tick_boxes import show_tick_boxes
from tests.ui.pictures import picture_of, rgb


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Appearance]:
    """The window is light, or dark."""
    before = qapp.palette()
    made = Theme(qapp, request.param)
    yield request.param
    made.set_appearance("system")
    made.deleteLater()
    qapp.setPalette(before)


def _shown(widget: QWidget, qtbot: QtBot) -> NDArray[np.uint8]:
    qtbot.addWidget(widget)
    widget.show()
    return picture_of(widget)


def _luminance(colours: NDArray[np.generic]) -> NDArray[np.float64]:
    channels = colours.astype(np.float64) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    found: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return found


def _pixels_that_stand_out(picture: NDArray[np.uint8], ground: NDArray[np.generic]) -> int:
    """Number of pixels whose contrast with the ground is at least that of controls in accessible pages, 3 to 1."""
    one, other = _luminance(picture), _luminance(ground)
    contrast = (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
    return int((contrast >= 3).sum())


@pytest.mark.usefixtures("theme")
def test_the_chosen_page_is_marked_by_a_line(qtbot: QtBot) -> None:
    bar = PageBar("Pages")
    for title in ("One", "Two"):
        bar.addTab(title)
    bar.setCurrentIndex(1)
    picture = _shown(bar, qtbot).astype(int)
    is_accent = np.abs(picture - rgb(accent(bar.palette()))).max(axis=-1) < 8
    across = [int(is_accent[:, bar.tabRect(index).left() : bar.tabRect(index).right()].sum()) for index in (0, 1)]

    assert across[1] > bar.tabRect(1).width()
    assert across[0] == 0


@pytest.mark.usefixtures("theme")
def test_an_empty_tick_box_stands_out(qtbot: QtBot) -> None:
    box = QCheckBox()
    box.resize(24, 24)
    picture = _shown(box, qtbot)
    empty = _pixels_that_stand_out(picture, rgb(box.palette().color(box.palette().ColorRole.Window)))
    if box.palette().color(box.palette().ColorRole.Window).lightness() < 128:
        assert empty > 80

    box.setChecked(True)
    assert (picture_of(box) != picture).any()


@pytest.mark.usefixtures("theme")
def test_an_empty_tick_box_in_a_list_stands_out(qtbot: QtBot) -> None:
    view = QListWidget()
    show_tick_boxes(view)
    item = QListWidgetItem("")
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Unchecked)
    view.addItem(item)
    view.resize(60, 40)
    picture = _shown(view, qtbot)[4:-4, 4:-4]
    ground = rgb(view.palette().color(view.palette().ColorRole.Base))
    if view.palette().color(view.palette().ColorRole.Window).lightness() < 128:
        assert _pixels_that_stand_out(picture, ground) > 80

    item.setCheckState(Qt.CheckState.Checked)
    assert (picture_of(view)[4:-4, 4:-4] != picture).any()
