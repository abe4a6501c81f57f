"""The models that the program ships: what they read, what they doubt, and the limits of their size and speed."""

from pathlib import Path

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.alphabets import ALPHABETS, CLASSES
from digitvision.recognition.models.model_store import DEFAULT_MODELS, LITERT_FILE, ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.recognition.reader import read_character
from digitvision.recognition.recognizer import Recognizer
from tests.ink.drawings import sample_drawing
from tests.training.samples import mnist_part

LARGEST_BYTES = 2_000_000


def default(alphabet: str) -> Recognizer:
    return Recognizer(ModelStore().for_alphabet(alphabet), alphabet)


def drawn(*paths: list[tuple[float, float]]) -> Drawing:
    """Return straight lines between these positions, with samples like a pen's."""
    strokes = []
    for path in paths:
        corners = np.array(path, float)
        steps = np.linspace(0, len(corners) - 1, 12 * (len(corners) - 1) + 1)
        numbers = np.arange(len(corners))
        xy = np.stack([np.interp(steps, numbers, corners[:, axis]) for axis in (0, 1)], axis=1)
        strokes.append(Stroke(np.column_stack([xy, np.arange(len(xy)) * 8.0, np.full(len(xy), 0.5)])))
    return Drawing(tuple(strokes))


def read(alphabet: str, *paths: list[tuple[float, float]]) -> Reading:
    return read_character(default(alphabet), drawn(*paths))


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_alphabet_has_a_default_that_answers_just_its_classes(alphabet: str) -> None:
    model = ModelStore().for_alphabet(alphabet)

    assert model.name == DEFAULT_MODELS[alphabet]
    assert model.bundled
    assert {label.text for label in default(alphabet).labels} == set(CLASSES[alphabet])
    assert (model.folder / LITERT_FILE).stat().st_size <= LARGEST_BYTES
    assert all(source.licence for source in model.card.data)
    assert any(figure.name == "accuracy" and alphabet in figure.data for figure in model.card.figures)


@pytest.mark.slow
def test_digits_reads_mnist_s_test() -> None:
    images, labels = mnist_part(10_000)

    answers = default("digits").probabilities(images.astype(np.float32) / np.float32(255)).argmax(axis=1)

    assert float((answers == labels).mean()) >= 0.995


@pytest.mark.parametrize("alphabet", ["digits", "math", "all"])
def test_the_shipped_samples_are_read(alphabet: str) -> None:
    recognizer = default(alphabet)

    readings = [read_character(recognizer, sample_drawing(digit)) for digit in range(10)]

    # In the large alphabets a 0 and a 1 are an O and an l as well.
    sought = [str(digit) in [one.text for one in reading.candidates[:3]] for digit, reading in enumerate(readings)]
    assert sum(sought) == 10
    assert sum(reading.sure for reading in readings) >= 9


@pytest.mark.parametrize(
    ("alphabet", "answer", "paths"),
    [
        ("upper", "L", [[(0, 0), (0, 100), (60, 100)]]),
        ("upper", "T", [[(0, 0), (80, 0)], [(40, 0), (40, 100)]]),
        ("upper", "H", [[(0, 0), (0, 100)], [(60, 0), (60, 100)], [(0, 50), (60, 50)]]),
        ("upper", "E", [[(50, 0), (0, 0), (0, 100), (50, 100)], [(0, 50), (40, 50)]]),
        ("upper", "N", [[(0, 100), (0, 0), (60, 100), (60, 0)]]),
        ("upper", "Z", [[(0, 0), (60, 0), (0, 100), (60, 100)]]),
        ("lower", "v", [[(0, 0), (30, 60), (60, 0)]]),
        ("lower", "x", [[(0, 0), (60, 60)], [(60, 0), (0, 60)]]),
        ("math", "+", [[(0, 40), (80, 40)], [(40, 0), (40, 80)]]),
        ("math", "=", [[(0, 0), (80, 0)], [(0, 30), (80, 30)]]),
        ("math", "√", [[(0, 60), (15, 50), (30, 100), (60, 0), (150, 0)]]),
    ],
)
def test_plain_shapes_are_read(alphabet: str, answer: str, paths: list[list[tuple[float, float]]]) -> None:
    assert read(alphabet, *paths).text == answer


def test_an_x_has_its_look_alikes_among_the_candidates() -> None:
    reading = read("all", [(0, 0), (60, 60)], [(60, 0), (0, 60)])

    assert {"x", "X", "×"} <= {candidate.text for candidate in reading.candidates[:4]}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_tangle_is_doubted(alphabet: str) -> None:
    generator = np.random.default_rng(5)
    recognizer = default(alphabet)
    tangles = [drawn([(x, y) for x, y in generator.uniform(0, 100, (14, 2)).tolist()]) for _ in range(20)]

    doubted = [not read_character(recognizer, tangle).sure for tangle in tangles]

    assert sum(doubted) >= 17


@pytest.mark.slow
@pytest.mark.parametrize(("alphabet", "least"), [("math", 0.86), ("digits", 0.985)])
def test_other_writers_symbols_are_read(shared: Path, alphabet: str, least: float) -> None:
    from digitvision.training.data.loading import load
    from digitvision.training.evaluation.evaluation import evaluate

    found = evaluate(default(alphabet), load(str(shared / "data/crohme/crohme2013_test.jsonl.xz"), "test"))

    assert found.accuracy >= least


def test_a_picture_of_a_glyph_is_read_without_its_trajectory() -> None:
    recognizer = default("digits")
    strokes = sample_drawing(5).strokes

    with_it = recognizer.predict(rasterize(strokes), trajectory(strokes))
    without = recognizer.predict(rasterize(strokes))

    assert with_it.candidates(1)[0].text == without.candidates(1)[0].text == "5"
    assert np.abs(with_it.probabilities - without.probabilities).max() > 0
