"""Junk to train with: it must not be a glyph."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.training.augmentation.junk_to_learn import neighbours, scribbles, upside_down, wrong_groupings
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Paths, Picture, stroke_of
from tests.training.recipes.made_recipes import shape
from tests.training.samples import mnist_part, write_expressions

ROUND = [[0.0, 0.0], [10.0, 10.0], [0.0, 20.0], [-10.0, 10.0]]
STRAIGHT = [[0.0, 0.0], [0.0, 10.0], [1.0, 20.0]]


def _row(writer: str, symbols: list[list[int]], *, straight: frozenset[int] = frozenset()) -> dict[str, Any]:
    """Make an expression; the position of every stroke gives its index."""
    count = sum(map(len, symbols))
    strokes = [[[x + 1000 * index, y] for x, y in (STRAIGHT if index in straight else ROUND)] for index in range(count)]
    return {"writer": writer, "strokes": strokes, "symbols": [["a", indices] for indices in symbols]}


def _chosen(grouping: Paths) -> tuple[int, ...]:
    """Return the indices of strokes in their expression."""
    return tuple(round(float(path[0, 0]) / 1000) for path in grouping)


def _nobody(_writer: str) -> bool:
    return False


def test_a_wrong_grouping_follows_in_time_and_is_never_a_symbol(tmp_path: Path) -> None:
    symbols = [[0], [1, 2], [3], [4, 6], [5], [7, 8, 9]]
    path = write_expressions(tmp_path / "e.jsonl.xz", [_row("ann", symbols, straight=frozenset({1, 2}))])

    found = {_chosen(item) for item, _ in wrong_groupings(path, 400, np.random.default_rng(0), leave_out=_nobody)}

    assert all(list(item) == list(range(item[0], item[-1] + 1)) and len(item) <= 4 for item in found)
    assert not found & {tuple(indices) for indices in symbols}
    # A straight stroke may be a minus, wherever it comes from; a bent one that is part of a symbol is none.
    assert not found & {(1,), (2,)}
    assert {(4,), (6,), (7,), (0, 1), (4, 5), (5, 6), (7, 8), (8, 9), (4, 5, 6), (6, 7, 8, 9)} <= found


def test_the_context_of_a_wrong_grouping_is_all_other_strokes_of_its_expression(tmp_path: Path) -> None:
    rows = [_row("ann", [[0], [1, 2], [3]]), _row("bob", [[0, 1], [2, 3], [4, 5, 6]])]
    path = write_expressions(tmp_path / "e.jsonl.xz", rows)

    sizes = set()
    for item, others in wrong_groupings(path, 200, np.random.default_rng(0), leave_out=_nobody):
        count = len(item) + len(others)
        sizes.add(count)
        assert sorted((*_chosen(item), *_chosen(others))) == list(range(count))
        # As they were written, in the order of writing.
        assert list(_chosen(others)) == sorted(_chosen(others))
        assert all(np.array_equal(stroke - [stroke[0, 0], 0], ROUND) for stroke in (*item, *others))
    assert sizes == {4, 7}


def test_a_wrong_grouping_of_all_strokes_has_no_context(tmp_path: Path) -> None:
    path = write_expressions(tmp_path / "e.jsonl.xz", [_row("ann", [[0], [1]])])

    ((item, others),) = wrong_groupings(path, 1, np.random.default_rng(0), leave_out=_nobody)

    assert (_chosen(item), others) == ((0, 1), ())


def test_as_many_groupings_as_asked_for_by_the_seed(tmp_path: Path) -> None:
    path = write_expressions(tmp_path / "e.jsonl.xz", [_row("ann", [[0], [1, 2]]), _row("bob", [[0, 1], [2, 3]])])

    one, two = (wrong_groupings(path, 33, np.random.default_rng(5), leave_out=_nobody) for _ in "ab")

    assert len(one) == 33
    for (item, others), (again, others_again) in zip(one, two, strict=True):
        assert (_chosen(item), _chosen(others)) == (_chosen(again), _chosen(others_again))
    assert wrong_groupings(path, 0, np.random.default_rng(5), leave_out=_nobody) == []


def test_the_expressions_of_those_left_out_are_left_out(tmp_path: Path) -> None:
    # Ann's strokes are recognized by their number: she alone has a tenth one.
    rows = [_row("ann", [[index] for index in range(12)]), _row("bob", [[0, 1, 2]]), _row("", [[0], [1]])]
    path = write_expressions(tmp_path / "e.jsonl.xz", rows)
    asked: list[str] = []

    def is_ann(writer: str) -> bool:
        asked.append(writer)
        return writer == "ann"

    found = wrong_groupings(path, 200, np.random.default_rng(0), leave_out=is_ann)

    assert asked == ["ann", "bob", ""]
    assert max(max(_chosen((*item, *others))) for item, others in found) == 2


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [_row("ann", [[0], [1]])],
        [_row("bob", [[0]])],
        [_row("bob", [[0, 1]], straight=frozenset({0, 1}))],
    ],
)
def test_expressions_without_a_wrong_grouping_are_reported(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = write_expressions(tmp_path / "e.jsonl.xz", rows)

    with pytest.raises(DataFault, match=r"^“.*e\.jsonl\.xz” has no wrong groupings: .+\.$"):
        wrong_groupings(path, 5, np.random.default_rng(0), leave_out=lambda writer: writer == "ann")


@pytest.mark.parametrize(
    "row",
    [
        {"strokes": [[[0, 0], [1, 1]]]},
        {"symbols": []},
        {"strokes": [[[0, 0, 0]]], "symbols": []},
        {"strokes": [[]], "symbols": []},
        {"strokes": [[[0, float("nan")]]], "symbols": []},
        {"strokes": "none", "symbols": []},
        {"strokes": [[[0, 0]]], "symbols": [7]},
    ],
)
def test_damaged_expressions_are_reported(tmp_path: Path, row: dict[str, Any]) -> None:
    path = write_expressions(tmp_path / "e.jsonl.xz", [row])

    with pytest.raises(DataFault, match=r"e\.jsonl\.xz” cannot be read"):
        wrong_groupings(path, 5, np.random.default_rng(0), leave_out=_nobody)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\xfd7zXZ\0 cut off"])
def test_a_file_that_is_no_archive_of_expressions_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.jsonl.xz"
    path.write_bytes(content)

    with pytest.raises(DataFault, match=r"e\.jsonl\.xz” "):
        wrong_groupings(path, 5, np.random.default_rng(0), leave_out=_nobody)
    with pytest.raises(DataFault, match=r"missing\.jsonl\.xz” cannot be read"):
        wrong_groupings(tmp_path / "missing.jsonl.xz", 5, np.random.default_rng(0), leave_out=_nobody)


def _turned(ink: Sequence[Paths | Picture], texts: Sequence[str], count: int) -> list[Paths | Picture]:
    """Junk among the classes that occur."""
    among = frozenset(texts) - {""}
    return upside_down(ink, texts, count, np.random.default_rng(0), among=among)


def test_only_glyphs_that_are_junk_upside_down_are_turned() -> None:
    picture = mnist_part(1)[0][0]
    ink = [shape("4"), shape("0"), picture, shape("X"), shape("L")]

    found = _turned(ink, ["4", "0", "7", "X", "N"], 60)

    assert len(found) == 60
    strokes = [item for item in found if isinstance(item, tuple)]
    pictures = [item for item in found if not isinstance(item, tuple)]
    assert strokes
    assert pictures
    for item in strokes:
        assert all(np.array_equal(path, -upright) for path, upright in zip(item, shape("4"), strict=True))
    for turned in pictures:
        assert np.array_equal(turned, picture[::-1, ::-1])


@pytest.mark.parametrize("text", list("01258OoxXZzSsHINnuMmWwVTtKklI+-=×÷∞%()<>"))
def test_a_glyph_that_stays_a_glyph_upside_down_is_no_junk(text: str) -> None:
    found = _turned([shape("1"), shape("4")], [text, "4"], 40)

    assert len(found) == 40
    assert all(np.array_equal(item[0], -shape("4")[0]) for item in found)


_TURNS_INTO = [
    ("6", "9"), ("9", "6"), ("d", "p"), ("p", "d"), ("q", "b"), ("b", "q"), ("a", "e"), ("7", "L"), ("A", "V"),
    ("h", "y"), ("U", "n"), ("f", "t"), ("π", "u"), ("∀", "A"), ("E", "∃"),
    # By way of what they look like then.
    ("6", "g"), ("9", "b"), ("d", "P"), ("h", "Y"), ("3", "∈"), ("C", ")"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other"), _TURNS_INTO)
def test_a_glyph_that_becomes_another_class_upside_down_is_no_junk(text: str, other: str) -> None:
    ink = [shape("1"), shape("4"), shape("T")]

    found = _turned(ink, [text, "G", other], 60)

    assert len(found) == 60
    assert not any(np.array_equal(item[0], -shape("1")[0]) for item in found)


def test_a_class_without_samples_counts_as_a_class() -> None:
    ink, texts = [shape("1"), shape("T")], ["6", "G"]
    generator = np.random.default_rng(0)

    found = upside_down(ink, texts, 60, generator, among=frozenset({"6", "G", "9"}))

    assert len(found) == 60
    # A six on its head is a nine, whether or not anybody wrote one.
    assert all(np.array_equal(item[0], -shape("T")[0]) for item in found)


@pytest.mark.parametrize("text", sorted({text for text, _ in _TURNS_INTO}))
def test_a_glyph_that_looks_like_no_class_upside_down_is_junk(text: str) -> None:
    ink = [shape("1"), shape("4"), shape("T")]

    # What junk looks like is nothing that anything could be mistaken for.
    found = _turned(ink, [text, "X", ""], 20)

    assert len(found) == 20
    assert all(np.array_equal(item[0], -shape("1")[0]) for item in found)


def test_junk_is_not_turned() -> None:
    with pytest.raises(DataFault, match="no glyph upside down"):
        _turned([shape("4")] * 3, ["", "", ""], 5)


@pytest.mark.parametrize("texts", [[], ["0"], ["8", "x"]])
def test_too_little_data_to_turn_or_to_put_side_by_side_is_reported(texts: list[str]) -> None:
    with pytest.raises(DataFault, match="no glyph upside down"):
        _turned([shape("1")] * len(texts), texts, 5)
    with pytest.raises(DataFault, match="neighbours"):
        neighbours([mnist_part(1)[0][0]] * len(texts), 5, np.random.default_rng(0))
    assert _turned([], [], 0) == []
    assert neighbours([], 0, np.random.default_rng(0)) == []


def test_neighbours_are_two_glyphs_side_by_side() -> None:
    ink = [shape("4"), tuple(path * 50 + 700 for path in shape("T")), mnist_part(1)[0][0]]

    pairs = neighbours(ink, 50, np.random.default_rng(0))

    assert len(pairs) == 50
    for pair in pairs:
        assert 2 <= len(pair) <= 4
        points = np.concatenate(pair)
        assert np.isfinite(points).all()
        width, height = np.ptp(points, axis=0)
        # Whatever their sizes were, both are about as large now, and the pair is wider than one of them.
        assert 0.6 < width < 2.2
        assert 0.6 < height < 1.6


def test_scribbles_can_be_drawn_and_differ_by_the_seed() -> None:
    one, same, other = (scribbles(30, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert len(one) == 30
    assert all(
        np.array_equal(path, again) for a, b in zip(one, same, strict=True) for path, again in zip(a, b, strict=True)
    )
    assert not np.array_equal(one[0][0], other[0][0])
    for item in one:
        assert 1 <= len(item) <= 6
        raster = rasterize([stroke_of(path) for path in item])
        assert np.isfinite(raster).all()
        assert raster.sum() > 20
