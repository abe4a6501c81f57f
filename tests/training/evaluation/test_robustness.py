"""Changed glyphs: each change does what its name says, and the figures are of the right glyphs."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.raster import rasterize, rasterize_picture
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.glyphs import Glyphs, Paths, Picture, stroke_of
from digitvision.training.evaluation.evaluation import label_indices
from digitvision.training.evaluation.robustness import (
    Change,
    draw_ink,
    measure_robustness,
    shear,
    slant_matrix,
    turn_matrix,
)
from tests.ink.drawings import DIGITS, sample_drawing
from tests.training.samples import mnist_part

_UPRIGHT: Paths = (np.array([[0.0, 0.0], [0.0, 100.0]]),)


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


def _written() -> Glyphs:
    ink: list[Paths | Picture] = [tuple(stroke.xy for stroke in sample_drawing(digit).strokes) for digit in DIGITS]
    return Glyphs("written", ink, np.array(DIGITS, np.int64), tuple("0123456789"))


def test_a_slant_to_the_right_moves_the_top_to_the_right() -> None:
    (path,) = shear(_UPRIGHT, slant_matrix(30))

    assert path[0, 0] - path[1, 0] == pytest.approx(100 * np.tan(np.radians(30)))
    assert (path[:, 1] == [0, 100]).all()


def test_a_turn_is_clockwise() -> None:
    (path,) = shear((np.array([[0.0, 0.0], [100.0, 0.0]]),), turn_matrix(90))

    assert path[1] == pytest.approx([0, 100])


@pytest.mark.parametrize("matrix", [slant_matrix(-20), slant_matrix(20), turn_matrix(20)])
def test_pictures_and_strokes_are_changed_alike(matrix: NDArray[np.float64]) -> None:
    paths = _written().ink[4]
    assert isinstance(paths, tuple)
    picture = np.asarray(draw_ink(paths))

    drawn = shear(paths, matrix)
    seen = shear(picture, matrix)

    assert isinstance(drawn, tuple)
    assert isinstance(seen, np.ndarray)
    expected = rasterize([stroke_of(path) for path in drawn])
    found = rasterize_picture(seen.astype(np.float32) / np.float32(255))
    plain = rasterize([stroke_of(path) for path in paths])
    # A slanted pen is no round one, so not the same; but far nearer than the glyph that was not changed.
    assert np.abs(found - expected).sum() < 0.35 * np.abs(plain - expected).sum()


@pytest.mark.parametrize("size", [24, 160])
def test_a_picture_has_the_wanted_size(size: int) -> None:
    for ink in (_written().ink[3], mnist_part(1)[0][0]):
        picture = draw_ink(ink, side=size)
        box = picture.getbbox()
        assert box is not None
        assert max(box[2] - box[0], box[3] - box[1]) == pytest.approx(size, abs=2)


def _width_of(picture: Image.Image) -> float:
    """Return the pen width of a single upright line, as the median of the ink in each row."""
    ink = np.asarray(picture, np.float32) / 255
    return float(np.median(ink.sum(axis=1)))


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_pen_is_thinner_and_thicker_by_the_factor(factor: float) -> None:
    plain, changed = (draw_ink(_UPRIGHT, factor=one) for one in (1.0, factor))
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 12:16] = 255
    plain_bar, changed_bar = (draw_ink(bar, factor=one) for one in (1.0, factor))

    assert _width_of(changed) / _width_of(plain) == pytest.approx(factor, rel=0.1)
    assert _width_of(changed_bar) / _width_of(plain_bar) == pytest.approx(factor, rel=0.25)


@pytest.mark.slow
def test_every_change_is_measured_on_the_same_glyphs(classic: Recognizer) -> None:
    glyphs = _written()
    truth = label_indices(glyphs, classic.labels)
    reports: list[tuple[int, int]] = []

    changes = measure_robustness(classic, glyphs, truth, lambda done, total: reports.append((done, total)))

    kinds = [change.kind for change in changes]
    assert kinds[0] == "none"
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "none": 1,
        "slant": 6,
        "turn": 4,
        "pen width": 3,
        "noise": 3,
        "size in a picture": 4,
        "place of strokes": 1,
    }
    assert {change.samples for change in changes} == {10}
    assert changes[0].right == 10
    # Rasters have neither position nor size.
    assert changes[-1].right == changes[0].right
    assert sum(change.right for change in changes) > 0.8 * 10 * len(changes)
    assert reports[-1] == (10 * len(changes), 10 * len(changes))
    assert changes == measure_robustness(classic, glyphs, truth)


@pytest.mark.slow
def test_pictures_are_measured_too_and_only_those_of_known_classes(classic: Recognizer) -> None:
    images, labels = mnist_part(12)
    glyphs = Glyphs("pictures", list(images), labels.astype(np.int64), tuple("0123456789"))
    truth = label_indices(glyphs, classic.labels)
    truth[:2] = -1

    changes = measure_robustness(classic, glyphs, truth)

    assert "place of strokes" not in [change.kind for change in changes]
    assert {change.samples for change in changes} == {10}
    assert changes[0].right == 10


def test_a_change_has_words_and_stable_keys() -> None:
    change = Change("slant", -20, "°", 200, 150, 100)

    assert change.name == "slant -20 °"
    assert Change("pen width", 0.5, "×", 1, 1, 1).name == "pen width ×0.5"
    assert Change("noise", 0.1, "", 1, 1, 1).name == "noise 0.1"
    figures = change.to_dict()
    assert (figures["kind"], figures["amount"], figures["accuracy"], figures["sure"]) == ("slant", -20, 0.75, 0.5)
