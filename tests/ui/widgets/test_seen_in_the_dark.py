"""What has to be seen on dark ground as well: the chosen page, and empty tick boxes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QListWidget, QListWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.theme import Appearance, Theme, accent
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.page_bar import PageBar
from digitvision.ui.widgets.tick_boxes import show_tick_boxes
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose
from tests.ui.pictures import picture_of, rgb

_EDGE_PIXELS = 36
"""Number of pixels of a box's edge that have to stand out: most of its four sides."""

_TICK_PIXELS = 10


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


class _Seen(NamedTuple):
    """What is seen of a tick box, in pixels that stand out.

    Attributes:
        edge: From the ground, in the picture of the empty box.
        inside: From the ground, within the empty box: one that is filled looks half ticked.
        tick: From the inside of the box, in the picture of the ticked one.
    """

    edge: int
    inside: int
    tick: int


def _seen(empty: NDArray[np.uint8], ticked: NDArray[np.uint8], ground: NDArray[np.generic]) -> _Seen:
    """Measure two pictures of the same box; the tick's place is where they differ."""
    rows, columns = np.nonzero((empty != ticked).any(axis=-1))
    inside = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    return _Seen(
        edge=_pixels_that_stand_out(empty, ground),
        inside=_pixels_that_stand_out(empty[inside], ground),
        tick=_pixels_that_stand_out(ticked[inside], empty[inside][0, 0]),
    )


def test_a_tick_box_and_its_tick_stand_out(qtbot: QtBot, theme: Appearance) -> None:
    window = QWidget()
    box = QCheckBox(window)
    box.resize(24, 24)
    window.resize(30, 30)
    empty = _shown(window, qtbot)
    box.setChecked(True)
    ticked = picture_of(window)

    seen = _seen(empty, ticked, rgb(window.palette().color(window.palette().ColorRole.Window)))

    if theme == "dark":
        # On light ground it is the system's own pale edge.
        assert seen.edge >= _EDGE_PIXELS
    assert seen.inside == 0
    assert seen.tick >= _TICK_PIXELS


def test_a_tick_box_and_its_tick_in_a_list_stand_out(qtbot: QtBot, theme: Appearance) -> None:
    view = QListWidget()
    show_tick_boxes(view)
    item = QListWidgetItem("")
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Unchecked)
    view.addItem(item)
    view.resize(60, 40)
    empty = _shown(view, qtbot)[2:-2, 2:-2]
    item.setCheckState(Qt.CheckState.Checked)
    ticked = picture_of(view)[2:-2, 2:-2]

    seen = _seen(empty, ticked, rgb(view.palette().color(view.palette().ColorRole.Base)))

    if theme == "dark":
        # On light ground it is the system's own pale edge.
        assert seen.edge >= _EDGE_PIXELS
    assert seen.inside == 0
    assert seen.tick >= _TICK_PIXELS


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.usefixtures("theme")
def test_what_can_be_chosen_is_read_in_the_list(qtbot: QtBot) -> None:
    box = ChoiceBox()
    box.addItems(["Wideword"] * 3)
    _shown(box, qtbot)
    box.showPopup()
    view = box.view()
    picture = picture_of(view.viewport())
    # The last entry, which is not the one that is chosen.
    row = view.visualRect(box.model().index(2, 0))
    entry = picture[row.top() : row.bottom(), row.left() : row.right()]

    assert _pixels_that_stand_out(entry, entry[0, -2]) > 50
    box.hidePopup()


def test_every_box_of_the_window_has_such_a_list(window: MainWindow) -> None:
    for name in ("Train", "Model"):
        choose(window, name)

    boxes = window.findChildren(QComboBox)
    assert len(boxes) > 5
    assert all(isinstance(box, ChoiceBox) for box in boxes)
