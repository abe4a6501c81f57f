"""Readings of expressions by networks whose answers are scripted."""

import math

import numpy as np
import pytest

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS
from digitvision.recognition.expression.reading.glyph_scores import GlyphScores, shipped_glyph_scorer
from digitvision.recognition.expression.reading.networks import StrokeScores, SymbolScores, log_softmax, mean_scores
from digitvision.recognition.expression.reading.reader import ExpressionReader
from digitvision.recognition.expression.reading.recognizer import FACTS, Confidence, facts
from digitvision.recognition.expression.reading.stroke_features import StrokeFeatures, resampled, unit_of
from digitvision.recognition.expression.reading.symbol_features import SymbolFeatures, symbol_rasters
from digitvision.recognition.models.model_card import ModelFault

LABELS = ("+", "1", "x")


class _Scripted:
    """Answers that strokes 1 and 2 are a plus, and that every symbol stands to the right of the one before."""

    def __init__(self) -> None:
        self.picture_count = 0
        self.pictures: dict[int, np.ndarray] = {}

    def of_strokes(self, features: StrokeFeatures) -> StrokeScores:
        count = len(features.scalars)
        together = np.full((count, count), -6.0, np.float32)
        if count > 2:
            together[1, 2] = together[2, 1] = 2.0
        return StrokeScores(together, np.zeros((count, 128), np.float32))

    def of_pictures(self, rasters: np.ndarray) -> np.ndarray:
        self.picture_count = len(rasters)
        ink: np.ndarray = rasters.reshape(len(rasters), -1).sum(axis=1, keepdims=True)
        return ink

    def of_symbols(self, vectors: np.ndarray, pictures: np.ndarray, features: SymbolFeatures) -> SymbolScores:
        count = len(features.boxes)
        self.pictures[count] = pictures
        sizes = (features.grouping > 0).sum(axis=1)
        classes = np.zeros((count, 3), np.float32)
        for index, size in enumerate(sizes):
            classes[index] = (3, 0, 1) if size > 1 else (0, 3, 2)
        edges = np.full((count, count, 6), -6.0, np.float32)
        for index in range(1, count):
            edges[index, index - 1, 0] = 2.0
            edges[index, index - 1, 1] = 1.0
        roots = np.full(count, -6.0, np.float32)
        roots[0] = 2.0
        chances = log_softmax(np.concatenate([edges.reshape(count, -1), roots[:, None]], axis=1))
        return SymbolScores(log_softmax(classes), chances[:, :-1].reshape(edges.shape), chances[:, -1])


@pytest.fixture
def reader() -> ExpressionReader:
    return ExpressionReader([_Scripted()], LABELS)  # type: ignore[list-item]


@pytest.fixture
def strokes() -> list[np.ndarray]:
    """1 + 1, the bar of the plus after its stem."""
    up = np.array([[0.0, 0.0], [0.0, 10.0]])
    bar = np.array([[6.0, 5.0], [14.0, 5.0]])
    return [up, up + np.array([10, 0]), bar, up + np.array([20, 0])]


def test_strokes_become_symbols_of_a_layout(reader: ExpressionReader, strokes: list[np.ndarray]) -> None:
    found = reader.read(strokes)
    assert found.tree.latex == "1 + 1"
    assert [symbol.strokes for symbol in found.tree.symbols] == [(0,), (1, 2), (3,)]
    assert np.allclose(found.labelling.marginals.sum(axis=1), 1)


def test_another_grouping_is_kept_with_its_score(reader: ExpressionReader, strokes: list[np.ndarray]) -> None:
    found = reader.read(strokes)
    other = next(one for one in found.others if one.doubt)
    assert [symbol.strokes for symbol in other.tree.symbols] == [(0,), (1,), (2,), (3,)]
    assert other.score < found.score
    assert other.doubt == 2.0


def test_likely_other_layouts_are_kept_with_their_scores(reader: ExpressionReader, strokes: list[np.ndarray]) -> None:
    found = reader.read(strokes)
    same = [one for one in found.others if not one.doubt]
    assert {one.tree.latex for one in same} == {"1^{+ 1}", "1 +^{1}"}
    behind = {one.tree.latex: found.score - one.score for one in same}
    # Nobody writes a first power.
    assert behind == {"1^{+ 1}": pytest.approx(1, abs=0.01), "1 +^{1}": pytest.approx(2, abs=0.01)}
    assert [one.score for one in found.others] == sorted((one.score for one in found.others), reverse=True)


class _Dots(_Scripted):
    """Answers that each stroke is a dot, and that three strokes together are of the class `joined`."""

    def __init__(self, joined: int) -> None:
        super().__init__()
        self._joined = joined

    def of_strokes(self, features: StrokeFeatures) -> StrokeScores:
        count = len(features.scalars)
        return StrokeScores(np.full((count, count), -6.0, np.float32), np.zeros((count, 128), np.float32))

    def of_symbols(self, vectors: np.ndarray, pictures: np.ndarray, features: SymbolFeatures) -> SymbolScores:
        scores = super().of_symbols(vectors, pictures, features)
        classes = np.full((len(features.boxes), 3), -6.0, np.float32)
        for index, size in enumerate((features.grouping > 0).sum(axis=1)):
            classes[index, self._joined if size == 3 else 0] = 6.0
        return SymbolScores(log_softmax(classes), scores.edges, scores.roots)


@pytest.fixture
def dots() -> list[np.ndarray]:
    return [np.array([[4.0 * index, 0.0], [4.0 * index, 0.5]]) for index in range(3)]


def test_three_dots_in_a_row_are_read_as_one_symbol(dots: list[np.ndarray]) -> None:
    labels = (".", r"\ldots", "x")
    reader = ExpressionReader([_Dots(1)], labels)  # type: ignore[list-item]
    found = reader.read(dots)
    assert found.tree.latex == r"\ldots"
    assert found.tree.symbols[0].strokes == (0, 1, 2)
    assert ". . ." in {one.tree.latex for one in found.others}
    # Not where a correction says what the dots are, nor where the networks take all three for something else.
    pinned = reader.read(dots, Corrections().with_label([1], "."))
    assert pinned.tree.latex == ". . ."
    other = ExpressionReader([_Dots(2)], labels)  # type: ignore[list-item]
    assert other.read(dots).tree.latex == ". . ."


def test_each_group_s_picture_is_scored_once_for_all_groupings(strokes: list[np.ndarray]) -> None:
    networks = _Scripted()
    ExpressionReader([networks], LABELS).read(strokes)  # type: ignore[list-item]
    assert networks.picture_count == 5
    together, apart = networks.pictures[3], networks.pictures[4]
    points = resampled(strokes)
    rasters = symbol_rasters(points / unit_of(points), [(0,), (1, 2), (3,), (1,), (2,)])
    ink = rasters.reshape(5, -1).sum(axis=1, keepdims=True)
    assert np.allclose(together, ink[:3])
    assert np.allclose(apart, ink[[0, 3, 4, 2]])


@pytest.mark.parametrize(
    ("corrections", "latex"),
    [
        (Corrections().with_label([0], "x"), "x + 1"),
        (Corrections().with_label([1, 2], "x"), "1 x 1"),
        (Corrections().with_apart([1, 2]), "1 1 1 1"),
        (Corrections().with_glyph([0, 3]), "+ +"),
        (Corrections().with_relation([3], [1, 2], "Sup"), "1 +^{1}"),
        (Corrections().with_relation([3], [0], "Sub"), "1_{1} +"),
        (Corrections().with_relation([3], None), "1 1 +"),
        (Corrections().with_label([0], "no such class"), "1 + 1"),
        (Corrections().with_label([0, 9], "x"), "1 + 1"),
    ],
)
def test_no_reading_contradicts_a_correction(
    reader: ExpressionReader, strokes: list[np.ndarray], corrections: Corrections, latex: str
) -> None:
    found = reader.read(strokes, corrections)
    if corrections.relations and corrections.relations[0][1] is None:
        assert found.tree.symbols[found.tree.root].strokes == (3,)
    else:
        assert found.tree.latex == latex


def test_confidence_follows_from_the_probabilities_of_the_parts(
    reader: ExpressionReader, strokes: list[np.ndarray]
) -> None:
    found = reader.read(strokes)
    found_facts = facts(found)
    assert len(found_facts) == FACTS
    # The likely readings are the best one's alternatives and the other readings.
    losses = [loss for loss, *_ in found.labelling.alternatives]
    losses += [found.score - other.score for other in found.others]
    assert found_facts[0] == pytest.approx(-math.sqrt(math.log(1 + sum(math.exp(-loss) for loss in losses))))
    assert all(-2 <= fact <= 0 for fact in found_facts[:4])
    # The number of wanted candidates changes nothing.
    assert facts(reader.read(strokes, alternatives=9))[0] == pytest.approx(found_facts[0], abs=0.02)
    assert Confidence([0.0] * FACTS + [0.0]).of(found) == 0.5
    assert Confidence([1.0] * FACTS + [0.0]).of(found) < Confidence([1.0] * FACTS + [1.0]).of(found)
    plain = Confidence.of_card(None).of(found)
    for useless in ("words", [1.0], [1.0] * FACTS + [math.nan], ["1"] * (FACTS + 1)):
        assert Confidence.of_card(useless).of(found) == plain


@pytest.mark.parametrize(
    "corrections",
    [Corrections().with_relation([3], [1, 2], "Sup"), Corrections().with_label([0], "1").with_label([3], "1")],
)
def test_corrections_count_as_certain(
    reader: ExpressionReader, strokes: list[np.ndarray], corrections: Corrections
) -> None:
    judge = Confidence.of_card(None)
    plain, pinned = judge.of(reader.read(strokes)), judge.of(reader.read(strokes, corrections))
    assert pinned > plain
    assert facts(reader.read(strokes, corrections))[3] >= facts(reader.read(strokes))[3]


class _GlyphScores:
    """Answers that every symbol of one stroke is an x that looks like junk."""

    def of(self, points: np.ndarray, groups: list[tuple[int, ...]]) -> GlyphScores:
        def shares(group: tuple[int, ...]) -> tuple[float, float, float]:
            return (0.9, 0.05, 0.05) if len(group) > 1 else (0.02, 0.03, 0.95)

        return GlyphScores(
            np.array([shares(group) for group in groups], np.float32),
            np.array([0.9 if len(group) > 1 else 0.2 for group in groups], np.float32),
        )


def test_glyph_scores_are_averaged_with_the_networks_probabilities(
    reader: ExpressionReader, strokes: list[np.ndarray]
) -> None:
    alone = reader.read(strokes)
    assert alone.in_vocabulary is None
    found = ExpressionReader([_Scripted()], LABELS, glyph_scores=_GlyphScores()).read(strokes)  # type: ignore[list-item, arg-type]
    assert found.tree.latex == "x + x"
    mean = 0.6 * np.exp(alone.scores.classes[0, :3]) + 0.4 * np.array([0.02, 0.03, 0.95])
    assert np.exp(found.scores.classes[0, :3]) == pytest.approx(mean, abs=1e-5)
    # What is no class of the networks has no probability.
    assert np.exp(found.scores.classes[0, 3:]).max() == 0
    assert found.in_vocabulary is not None
    assert found.in_vocabulary.tolist() == pytest.approx([0.2, 0.9, 0.2])
    assert facts(found)[4] == pytest.approx(math.log(0.2))
    assert facts(alone)[4] == 0


def test_the_program_s_network_for_glyphs_scores_groups() -> None:
    up = np.linspace((0.0, 0.0), (0.0, 1.0), 32)
    across = np.linspace((0.7, 0.5), (1.3, 0.5), 32)
    points = np.stack([up, up + np.array([1, 0]), across])
    glyph_scores = shipped_glyph_scorer(["+", "1", "-"])
    found = glyph_scores.of(points, [(0,), (1, 2), (1,), (2,)])
    assert found.shares.shape == (4, 3)
    assert [int(index) for index in found.shares.argmax(axis=1)] == [1, 0, 1, 2]
    assert (found.in_vocabulary[:2] > 0.5).all()
    with pytest.raises(ModelFault, match="does not know all signs"):
        shipped_glyph_scorer(["no sign"])


def test_glyphs_that_are_there_already_are_not_scored_again(monkeypatch: pytest.MonkeyPatch) -> None:
    up = np.linspace((0.0, 0.0), (0.0, 1.0), 32)
    far = up + np.array([9.0, 0.0])
    glyph_scores = shipped_glyph_scorer(["+", "1", "-"])
    before = glyph_scores.of(np.stack([up, far]), [(0,), (1,)])
    asked: list[int] = []
    outputs = glyph_scores.recognizer.outputs

    def counted(rasters: np.ndarray, *views: np.ndarray) -> np.ndarray:
        asked.append(len(rasters))
        return outputs(rasters, *views)

    monkeypatch.setattr(glyph_scores.recognizer, "outputs", counted)
    # The same ink elsewhere, in another unit, and with one more stroke that is far from the first one.
    points = 3.7 * (np.stack([up, far, far + np.array([1.0, 0.0])]) + 5.0)
    found = glyph_scores.of(points, [(0,), (1,), (2,)])

    assert asked == [2]
    assert np.array_equal(found.shares[0], before.shares[0])
    assert found.shares[1] != pytest.approx(before.shares[1], abs=1e-6)
    fresh = shipped_glyph_scorer(["+", "1", "-"]).of(points, [(0,), (1,), (2,)])
    assert found.shares == pytest.approx(fresh.shares, rel=1e-5)


def test_several_networks_answer_by_the_mean_of_their_probabilities() -> None:
    def scores(chance: float) -> SymbolScores:
        logs = np.log(np.array([[chance, 1 - chance]], np.float32))
        return SymbolScores(logs, np.full((1, 1, len(RELATIONS)), -9, np.float32), np.zeros(1, np.float32))

    both = mean_scores([scores(0.2), scores(0.6)])
    assert np.exp(both.classes) == pytest.approx(np.array([[0.4, 0.6]]), abs=1e-5)
    one = scores(0.3)
    assert mean_scores([one]) is one
