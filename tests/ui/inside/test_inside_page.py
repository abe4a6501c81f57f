"""The page Inside: it follows the drawing, draws the maps of every layer, and ends with the window."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QListWidget, QSpinBox, QTabBar, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.raster import rasterize_picture
from digitvision.recognition.inspection import exemplars
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import percent
from digitvision.recognition.recognizer import Recognizer
from digitvision.resources import resource_path
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.document.document import Picture
from digitvision.ui.inside.inside_page import InsidePage
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ink.drawn_pictures import picture
from tests.ui.controls import choose, labels, named, open_page, rows
from tests.ui.hand import write
from tests.ui.pictures import picture_of
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _open(window: MainWindow) -> InsidePage:
    open_page(window, "Inside")
    page = window.model_tab.inside_page
    assert page.isVisible()
    return page


def _settle(page: InsidePage, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: page.idle and page.answer_text.startswith(text), timeout=PATIENCE_MS)


def _complete(page: InsidePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.complete, timeout=PATIENCE_MS)


def _open_tab(page: InsidePage, title: str) -> None:
    bar = named(page, QTabBar, "What to look at inside")
    bar.setCurrentIndex([bar.tabText(index) for index in range(bar.count())].index(title))


def _choose_layer(page: InsidePage, layer: str) -> None:
    table = named(page, QTreeWidget, "Layers to look at")
    (item,) = table.findItems(layer, Qt.MatchFlag.MatchExactly)
    table.setCurrentItem(item)


@pytest.fixture
def few_exemplars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exemplars, "MNIST_SAMPLES", 200)


@pytest.fixture
def classic(make_window: WindowMaker) -> MainWindow:
    return make_window(model="classic")


@pytest.mark.slow
def test_the_page_shows_the_drawing_and_follows_it(classic: MainWindow, qtbot: QtBot) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(7).strokes)
    page = _open(classic)
    _settle(page, qtbot, "7")
    layers = rows(named(page, QTreeWidget, "Layers to look at"))
    assert layers[:3] == [
        ["Convolution 1", "26 × 26 × 32", "320", "194,688", "32 filters 3×3, relu", "conv1 · Conv2D"],
        ["Pooling 1", "13 × 13 × 32", "", "", "2×2", "pool1 · MaxPooling2D"],
        ["Convolution 2", "11 × 11 × 64", "18,496", "2,230,272", "64 filters 3×3, relu", "conv2 · Conv2D"],
    ]
    assert page.layers.maps.count == 32
    assert any(text.startswith("Convolution 1: 32 maps, values from 0.00 to ") for text in labels(page))
    before = picture_of(page.layers.maps)

    classic.document.clear()
    _settle(page, qtbot, "Nothing is drawn yet.")
    assert page.layers.maps.count == 0
    assert page.layers.maps.accessibleDescription().startswith("Write something on the small canvas")

    write(page.canvas, *sample_drawing(3).strokes)
    _settle(page, qtbot, "3")
    assert (picture_of(page.layers.maps) != before).any()
    assert len(classic.document.drawing.strokes) == len(sample_drawing(3).strokes)

    classic.document.undo_stack.undo()
    _settle(page, qtbot, "Nothing is drawn yet.")


@pytest.mark.slow
def test_each_layer_s_maps_are_drawn(classic: MainWindow, qtbot: QtBot) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(4).strokes)
    page = _open(classic)
    _settle(page, qtbot, "4")
    table = named(page, QTreeWidget, "Layers to look at")
    counts, reasons = {}, {}
    for row in range(table.topLevelItemCount()):
        item = table.topLevelItem(row)
        assert item is not None
        table.setCurrentItem(item)
        counts[item.text(0)] = page.layers.maps.count
        if not page.layers.maps.count:
            reasons[item.text(0)] = page.layers.maps.accessibleDescription()

    assert counts == {
        "Convolution 1": 32, "Pooling 1": 32, "Convolution 2": 64, "Pooling 2": 64,
        "All values in a row": 1, "Dense layer": 1, "Dropout": 0, "Answers": 1,
    }  # fmt: skip
    assert reasons == {"Dropout": "This layer works during training only."}


@pytest.mark.slow
def test_the_page_says_why_nothing_is_coloured(
    classic: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(4).strokes)
    page = _open(classic)
    _settle(page, qtbot, "4")
    assert any(text.startswith("Coloured: what the answer rests on") for text in labels(page))

    # No answer loses more than all of its confidence.
    monkeypatch.setattr("digitvision.ui.inside.feature_maps.LEAST_SHOWN", 1.0)
    classic.document.clear()
    _settle(page, qtbot, "Nothing is drawn yet.")
    write(page.canvas, *sample_drawing(4).strokes)
    _settle(page, qtbot, "4")

    assert any(text.startswith("Nothing is coloured: covering a patch of 5×5") for text in labels(page))


@pytest.mark.slow
def test_a_folded_layer_shows_the_maps_of_the_layer_that_holds_it(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window(model="digits")
    write(window.draw_tab.canvas, *sample_drawing(5).strokes)
    page = _open(window)
    _settle(page, qtbot, "5")

    assert any(text.startswith("Convolution 1 together with Rectifier 1: 24 maps") for text in labels(page))
    assert page.layers.maps.count == 24


def _framed_digit() -> NDArray[np.float32]:
    """A 5 within a frame, float32 [300, 300], from 0 (paper) to 1 (ink)."""
    digit = picture(5, size=200).convert("L")
    image = Image.new("L", (300, 300), 255)
    image.paste(digit, ((300 - digit.width) // 2, (300 - digit.height) // 2))
    ImageDraw.Draw(image).rectangle((10, 10, 289, 289), outline=0, width=4)
    return 1 - np.asarray(image, np.float32) / np.float32(255)


def _spot() -> NDArray[np.float32]:
    """A filled round spot, float32 [300, 300], which is read as a dot that a pen has made."""
    image = Image.new("L", (300, 300), 0)
    ImageDraw.Draw(image).ellipse((120, 120, 180, 180), fill=255)
    return np.asarray(image, np.float32) / np.float32(255)


@pytest.mark.slow
@pytest.mark.parametrize("ink", [_framed_digit(), _spot()], ids=["framed", "spot"])
def test_a_picture_enters_the_network_as_it_does_for_reading(
    make_window: WindowMaker, qtbot: QtBot, ink: NDArray[np.float32]
) -> None:
    window = make_window(model="digits")
    window.document.show_picture(Picture(QImage(300, 300, QImage.Format.Format_RGB32), ink, "a picture"))
    page = _open(window)
    qtbot.waitUntil(lambda: page.idle and window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    best = reading.glyphs[0].prediction
    expected = percent(float(best.probabilities.max()))
    plain = (
        Recognizer(ModelStore().find("digits"), "digits")
        .answers(rasterize_picture(ink)[None], None)
        .probabilities.max()
    )
    assert percent(float(plain)) != expected, "the picture has to be one that is changed before it is read"
    assert page.answer_text.endswith(expected), page.answer_text


@pytest.mark.slow
def test_the_page_looks_into_another_model_when_it_is_chosen(classic: MainWindow, qtbot: QtBot) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(2).strokes)
    page = _open(classic)
    _settle(page, qtbot, "2")
    choose(classic, "digits")
    qtbot.waitUntil(lambda: classic.model is not None and classic.model.name == "digits", timeout=PATIENCE_MS)
    _settle(page, qtbot, "2")

    assert "Path of the pen" in [row[0] for row in rows(named(page, QTreeWidget, "Layers to look at"))]


@pytest.mark.slow
def test_nothing_is_asked_for_while_the_page_is_hidden(classic: MainWindow, qtbot: QtBot) -> None:
    page = classic.model_tab.inside_page
    write(classic.draw_tab.canvas, *sample_drawing(2).strokes)
    qtbot.waitUntil(lambda: classic.settled, timeout=PATIENCE_MS)

    assert page.idle
    assert page.answer_text == ""


@pytest.mark.slow
def test_filters_are_shown_beside_the_maps_that_they_make(classic: MainWindow, qtbot: QtBot) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(4).strokes)
    page = _open(classic)
    _settle(page, qtbot, "4")
    assert page.layers.filters.isVisible()
    assert page.layers.filters.caption == "32 filters of 3 × 3"
    assert page.layers.filters.count == 32

    _choose_layer(page, "Convolution 2")
    _settle(page, qtbot, "4")
    assert page.layers.filters.count == 32
    assert page.layers.filters.caption.startswith("One of 64 filters: 32 pictures of 3 × 3")
    number = named(page, QSpinBox, "Filter to look at")
    assert (number.value(), number.maximum()) == (1, 64)
    first = picture_of(page.layers.filters)
    # A click on a map shows the filter that makes it.
    qtbot.mouseClick(page.layers.maps, Qt.MouseButton.LeftButton, pos=QPoint(4, page.layers.maps.height() // 2))
    assert number.value() > 1
    assert (picture_of(page.layers.filters) != first).any()

    _choose_layer(page, "Pooling 2")
    _settle(page, qtbot, "4")
    assert not page.layers.filters.isVisible()


def test_without_a_drawing_there_are_layers_and_filters(classic: MainWindow, qtbot: QtBot) -> None:
    page = _open(classic)
    _settle(page, qtbot, "Nothing is drawn yet.")

    assert len(rows(named(page, QTreeWidget, "Layers to look at"))) == 8
    assert any(text.startswith("8 layers, 225,034 parameters, 2.6 million multiply-adds") for text in labels(page))
    assert page.layers.filters.count == 32
    assert page.layers.maps.count == 0


@pytest.mark.slow
@pytest.mark.usefixtures("few_exemplars")
def test_the_nearest_samples_follow_the_drawing(classic: MainWindow, qtbot: QtBot) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(7).strokes)
    page = _open(classic)
    _open_tab(page, "Nearest samples")
    _complete(page, qtbot)
    # The shipped drawings are among the samples, and this is one of them.
    assert page.nearest.labels[0] == "7"
    assert len(page.nearest.labels) == 12
    assert page.nearest.labels.count("7") >= 6
    assert page.words.startswith(
        "Compared with 200 of MNIST's digits, which it was trained on, among others, 10 drawings"
    )
    pictures = named(page, QListWidget, "Nearest samples")
    assert pictures.item(0).text() == "7  ·  1.00"
    assert pictures.item(0).toolTip().startswith("A 7 that came with the program")

    classic.document.clear()
    _settle(page, qtbot, "Nothing is drawn yet.")
    assert not page.nearest.labels
    write(page.canvas, *sample_drawing(0).strokes)
    _settle(page, qtbot, "0")
    assert page.nearest.labels[0] == "0"


@pytest.mark.slow
@pytest.mark.usefixtures("few_exemplars")
def test_the_star_moves_on_the_map_while_something_is_drawn(classic: MainWindow, qtbot: QtBot) -> None:
    page = _open(classic)
    _open_tab(page, "Map of classes")
    _complete(page, qtbot)
    assert page.map.letters == tuple("0123456789")
    assert page.map.position is None
    pen = PointerPlayer(page.canvas, "pen")
    samples = sample_drawing(6).strokes[0].samples
    pen.send("press", samples[0])
    for sample in samples[1 : len(samples) // 2]:
        pen.send("move", sample)
    qtbot.waitUntil(lambda: page.idle and page.map.position is not None, timeout=PATIENCE_MS)
    before = page.map.position
    for sample in samples[len(samples) // 2 : -1]:
        pen.send("move", sample)
    pen.send("release", samples[-1])
    _settle(page, qtbot, "6")

    assert page.map.position is not None
    assert before is not None
    assert np.abs(page.map.position - before).max() > 0.01
    plot = next(one for one in page.findChildren(QWidget) if one.accessibleName() == "Map of classes")
    assert plot.accessibleDescription() == "The drawing lies nearest to 6"


@pytest.mark.slow
@pytest.mark.usefixtures("few_exemplars")
def test_a_model_without_samples_of_its_classes_compares_with_digits(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window(model="glyphs", alphabet="upper")
    write(window.draw_tab.canvas, *sample_drawing(0).strokes)
    page = _open(window)
    _open_tab(page, "Nearest samples")
    _complete(page, qtbot)

    assert set(page.nearest.labels) <= set("0123456789")
    assert "which it was not trained on" in page.words
    assert "Samples of other classes may not come with the program" in page.words


@pytest.mark.slow
@pytest.mark.usefixtures("few_exemplars")
def test_drawings_kept_meanwhile_are_among_the_samples_to_compare_with(
    classic: MainWindow, qtbot: QtBot, home: Path
) -> None:
    write(classic.draw_tab.canvas, *sample_drawing(5).strokes)
    page = _open(classic)
    _open_tab(page, "Nearest samples")
    _complete(page, qtbot)
    assert "and 0 of your own" in page.words

    folder = home / "drawings" / "9"
    folder.mkdir(parents=True)
    shutil.copy(resource_path("samples", "5.inkml"), folder)
    _open_tab(page, "Layers")
    _open_tab(page, "Nearest samples")
    _complete(page, qtbot)

    assert "and 1 of your own" in page.words
    assert set(page.nearest.labels[:2]) == {"5", "9"}


@pytest.mark.slow
@pytest.mark.usefixtures("few_exemplars")
def test_the_drawing_is_followed_while_samples_are_gathered(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window(model="digits")
    page = _open(window)
    _open_tab(page, "Nearest samples")
    qtbot.waitUntil(lambda: "The model reads the samples to compare with" in page.words, timeout=PATIENCE_MS)
    write(page.canvas, *sample_drawing(8).strokes)
    _settle(page, qtbot, "8")

    assert not page.complete
    _complete(page, qtbot)
    assert page.nearest.labels[0] == "8"


@pytest.mark.slow
def test_missing_samples_are_reported_on_the_page(
    classic: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exemplars, "_MNIST_FILE", "nowhere.npz")
    write(classic.draw_tab.canvas, *sample_drawing(5).strokes)
    page = _open(classic)
    _open_tab(page, "Map of classes")
    _complete(page, qtbot)

    assert page.words == "The shipped data “nowhere.npz” is missing or damaged; install DigitVision again."
    assert page.answer_text.startswith("5")
    assert page.map.letters == ()


@pytest.mark.slow
def test_on_a_small_window_nothing_lies_on_the_canvas(classic: MainWindow, qtbot: QtBot) -> None:
    classic.resize(800, 600)
    page = _open(classic)
    _settle(page, qtbot, "Nothing is drawn yet.")

    (answer,) = [one for one in page.findChildren(QLabel) if one.text() == page.answer_text]
    assert page.canvas.geometry().bottom() < answer.geometry().top()
    assert answer.geometry().bottom() < page.occlusion.geometry().top()
