"""Rejection: junk made of each kind of data, and figures compared with those of a slow loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Label
from digitvision.recognition.recognizer import Answers, Recognizer
from digitvision.training.augmentation.junk_to_measure import (
    is_junk_upside_down,
    junk_of,
    side_by_side,
    turn_upside_down,
)
from digitvision.training.augmentation.scribbles import dots, scribble
from digitvision.training.data.glyphs import Glyphs, Paths, Picture, prepare, stroke_of
from digitvision.training.evaluation.evaluation import answers_of, evaluate
from digitvision.training.evaluation.rejection import measure_rejection, rejection_score
from tests.ink.drawings import DIGITS, sample_drawing
from tests.training.samples import mnist_part

_DIGITS = frozenset("0123456789")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


def _written(names: str, labels: str) -> Glyphs:
    """The shipped drawings under labels of our own."""
    ink: list[Paths | Picture] = [
        tuple(stroke.xy for stroke in sample_drawing(DIGITS[index % 10]).strokes) for index in range(len(labels))
    ]
    return Glyphs("written", ink, np.array([names.index(label) for label in labels]), tuple(names))


def _pictures(count: int) -> Glyphs:
    images, labels = mnist_part(count)
    return Glyphs("pictures", list(images), labels.astype(np.int64), tuple("0123456789"))


def _answers(known: list[float], confidence: list[float], sure: list[bool]) -> Answers:
    rest = [(1 - share) / 2 for share in confidence]
    rows = np.array([[share, half, half] for share, half in zip(confidence, rest, strict=True)], np.float32)
    return Answers(rows, np.array(known, np.float32), np.array(sure))


def test_the_score_is_confidence_times_in_vocabulary_score() -> None:
    scores = rejection_score(_answers([1.0, 0.5, 0.1], [0.8, 0.8, 1.0], [True, True, False]))

    assert scores == pytest.approx([0.8, 0.4, 0.1])


@pytest.mark.slow
def test_junk_is_compared_pair_by_pair(classic: Recognizer) -> None:
    own = prepare(_pictures(120))
    known = answers_of(classic, own, np.arange(120))
    junk = junk_of(_pictures(120), classic.labels, classic.model.card)

    found = measure_rejection(classic, known, junk)

    assert found is not None
    assert [item.kind for item in found.kinds] == [group.name for group in junk]
    assert found.together.samples == sum(map(len, junk))
    assert found.sure == known.sure.mean()
    dataset = prepare(junk[1])
    other = classic.answers(dataset.floats())
    glyphs, scores = rejection_score(known), rejection_score(other)
    pairs = [(mine > junk) + (mine == junk) / 2 for mine in glyphs for junk in scores]
    assert found.kinds[1].auroc == pytest.approx(float(np.mean(pairs)))
    assert found.kinds[1].not_sure == pytest.approx(1 - other.sure.mean())
    assert found.to_dict()["kinds"][1]["kind"] == junk[1].name


def test_without_junk_there_are_no_figures(classic: Recognizer) -> None:
    known = answers_of(classic, prepare(_pictures(3)), np.arange(3))

    assert measure_rejection(classic, known, []) is None


@pytest.mark.slow
def test_junk_is_the_same_every_time(classic: Recognizer) -> None:
    first, second = (junk_of(_written("0123456789x", "34756x"), classic.labels, classic.model.card) for _ in "ab")

    assert [group.name for group in first] == ["scribbles", "dots", "foreign", "upside down", "groupings"]
    assert [len(group) for group in first] == [1000, 200, 1, 3, 2]
    for one, other in zip(first, second, strict=True):
        assert (prepare(one).rasters == prepare(other).rasters).all()


@pytest.mark.slow
def test_junk_of_strokes_are_strokes_and_of_pictures_pictures(classic: Recognizer) -> None:
    by_name = {
        written: {group.name: group for group in junk_of(data, classic.labels, classic.model.card)}
        for written, data in ((True, _written("0123456789", "3456")), (False, _pictures(40)))
    }

    for name in ("upside down", "groupings"):
        assert all(isinstance(ink, tuple) for ink in by_name[True][name].ink)
        assert not any(isinstance(ink, tuple) for ink in by_name[False][name].ink)


@pytest.mark.parametrize(
    ("name", "is_foreign"), [("x", True), ("A", True), ("O", False), ("l", False), ("7", False), (r"\sum", True)]
)
def test_foreign_is_what_looks_like_no_class_of_the_alphabet(classic: Recognizer, name: str, is_foreign: bool) -> None:
    glyphs = Glyphs("one", [(np.array([[0.0, 0.0], [5.0, 9.0]]),)], np.zeros(1, np.int64), (name,))

    kinds = [group.name for group in junk_of(glyphs, classic.labels, classic.model.card)]

    assert ("foreign" in kinds) == is_foreign


def test_where_an_alphabet_has_a_point_dots_are_no_junk(classic: Recognizer) -> None:
    labels = (Label("1", "1"), Label(".", "."))

    kinds = [group.name for group in junk_of(_written("0123456789", "34"), labels, classic.model.card)]

    assert "dots" not in kinds
    assert "scribbles" in kinds


def test_digits_that_stay_digits_upside_down_are_left_out() -> None:
    assert {text for text in _DIGITS if is_junk_upside_down(text, _DIGITS)} == set("347")
    assert not any(is_junk_upside_down(text, _LOWER) for text in "nubqdpmwosxzlai")
    assert is_junk_upside_down("k", _DIGITS | {"k"}) is False
    assert is_junk_upside_down("4", _DIGITS | {"h"}) is False
    assert is_junk_upside_down("E", _DIGITS | {"E"}) is False
    # Upside down a 7 may be a <, which looks like a bracket.
    assert is_junk_upside_down("7", frozenset("7k"))
    assert is_junk_upside_down("7", frozenset("7(")) is False
    assert not is_junk_upside_down("?!", frozenset({"?!"}))


def test_upside_down_twice_is_the_glyph_itself() -> None:
    written = _written("0123456789", "4").ink[0]
    assert isinstance(written, tuple)
    once = turn_upside_down(written)
    twice = turn_upside_down(once)
    assert isinstance(once, tuple)
    assert isinstance(twice, tuple)
    assert all(np.array_equal(path, again) for path, again in zip(written, twice, strict=True))
    turned = rasterize([stroke_of(path) for path in once])
    upright = rasterize([stroke_of(path) for path in written])
    # The middle of the field is that of the ink but for half a pixel.
    assert np.abs(turned[1:, 1:] - upright[::-1, ::-1][:-1, :-1]).mean() < 0.05
    picture = _pictures(1).ink[0]
    assert isinstance(picture, np.ndarray)
    assert np.array_equal(np.asarray(turn_upside_down(picture)), np.rot90(picture, 2))


def test_two_glyphs_side_by_side_are_as_high_and_do_not_touch() -> None:
    ink = _written("0123456789", "012").ink
    pair = side_by_side(ink[1], ink[2])
    assert isinstance(pair, tuple)
    assert isinstance(ink[1], tuple)
    first, second = np.concatenate(pair[: len(ink[1])]), np.concatenate(pair[len(ink[1]) :])
    assert first[:, 0].max() < second[:, 0].min()
    assert np.ptp(first[:, 1]) == pytest.approx(np.ptp(second[:, 1]))
    images = _pictures(2).ink
    both = side_by_side(images[0], images[1])
    assert isinstance(both, np.ndarray)
    assert both.sum() == np.sum(images[0]) + np.sum(images[1])
    assert (both.sum(axis=0) == 0).any()


@pytest.mark.slow
@given(st.integers(0, 10_000))
def test_every_scribble_and_every_dot_can_be_drawn(seed: int) -> None:
    generator = np.random.default_rng(seed)

    for paths in (scribble(generator), dots(generator)):
        raster: NDArray[np.float32] = rasterize([stroke_of(path) for path in paths])
        assert raster.sum() > 1


def test_a_touch_of_the_pen_is_a_dot_and_no_line() -> None:
    generator = np.random.default_rng(3)

    for _ in range(50):
        raster = rasterize([stroke_of(path) for path in dots(generator)])
        assert 1 < raster.sum() < 30


def test_foreign_signs_in_the_data_are_not_counted_as_wrong_answers(classic: Recognizer) -> None:
    found = evaluate(classic, prepare(_written("0123456789x", "01234x")))

    assert (found.samples, found.skipped) == (5, 1)
