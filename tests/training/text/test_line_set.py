"""What an epoch of lines consists of, and how lines are varied and put together."""

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from digitvision.recognition.text.characters import is_readable
from digitvision.training.data.dataset import DataFault
from digitvision.training.recipes.recipe import load_recipe
from digitvision.training.text.augmentation import LineChanges, vary_line
from digitvision.training.text.batches import EpochBatches, batch_of, is_long_enough
from digitvision.training.text.corpus import read_pieces
from digitvision.training.text.letter_lines import PLACED, LetterBank
from digitvision.training.text.line_set import LineSet, read_line_set
from digitvision.training.text.made_texts import made_text, number
from digitvision.training.text.recipe import LineRecipe, parse_line_recipe
from tests.training.text.made_lines import TEXTS, row, write_letters, write_lines, write_recipe


@pytest.fixture
def lines(tmp_path: Path) -> LineSet:
    recipe = load_recipe(str(write_recipe(tmp_path)), parse_line_recipe)
    return read_line_set(recipe, tmp_path)


def test_an_epoch_has_as_much_of_each_kind_as_the_recipe_says(lines: LineSet) -> None:
    rng = np.random.default_rng(1)
    texts = [give(rng).text for give in lines.epoch(rng)]

    assert len(texts) == len(lines) == 4 * len(TEXTS) + 4 + 2 + 2
    assert sum(text in ("77", "777") for text in texts) == 2
    mixed = [text for text in texts if " " in text]
    assert len(mixed) == 2
    assert all({"77", "777"} & set(text.split()) for text in mixed)


def test_a_line_with_numbers_beside_words_is_one_line(lines: LineSet) -> None:
    rng = np.random.default_rng(2)
    mixed = next(line for give in lines.epoch(rng) if " " in (line := give(rng)).text)

    lefts = [float(path[:, 0].min()) for path in mixed.paths]
    assert lefts == sorted(lefts)
    words: list[list[float]] = []
    right = -np.inf
    for path in mixed.paths:
        if float(path[:, 0].min()) - right > 0.6:
            words.append([])
        words[-1].append(float(path[:, 1].max()))
        right = max(right, float(path[:, 0].max()))
    assert len(words) > 1
    # All stand on one line, though a stroke within a letter may end above it.
    lowest = [max(bottoms) for bottoms in words]
    assert max(lowest) - min(lowest) < 0.5


@pytest.mark.slow
def test_the_batches_of_an_epoch_are_the_same_again_and_have_all_lines(lines: LineSet) -> None:
    once, again = (list(EpochBatches(lines, 3, 5)) for _ in range(2))
    other = list(EpochBatches(lines, 4, 5))

    assert len(once) == len(EpochBatches(lines, 3, 5)) == len(lines) // 8
    for one, same in zip(once, again, strict=True):
        np.testing.assert_array_equal(one.paths, same.paths)
        assert one.texts == same.texts
    assert any(one.texts != different.texts for one, different in zip(once, other, strict=True))


def test_short_lines_come_first_where_the_recipe_says_so(tmp_path: Path) -> None:
    long = "lv7" * 20
    write_recipe(tmp_path, short_first=40)
    write_lines(tmp_path / "lines.jsonl.xz", [row(text, hand) for text in (*TEXTS, long) for hand in range(4)])
    lines = read_line_set(load_recipe(str(tmp_path / "tiny.json"), parse_line_recipe), tmp_path)

    first, last = ([text for batch in EpochBatches(lines, epoch, 1) for text in batch.texts] for epoch in (1, 20))
    assert long not in first
    assert long in last
    assert set(TEXTS) <= set(first)


def test_batches_that_are_left_halfway_leave_no_thread(lines: LineSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitvision.training.text.batches._AHEAD", 1)
    before = set(threading.enumerate())
    batches = EpochBatches(lines, 1, 1)
    assert len(batches) > 2
    # Held, or it would be closed at once.
    taken = iter(batches)
    next(taken)
    # There is no room for all that is left: it waits.
    assert [thread.name for thread in set(threading.enumerate()) - before] == ["lines"]

    batches.close()

    assert set(threading.enumerate()) <= before


def test_what_fails_while_batches_are_prepared_is_raised_where_they_are_taken(lines: LineSet) -> None:
    broken = LineSet(lines.recipe, lines.lines, lines.pieces, [], None, lines.words, lines.amounts)
    with pytest.raises(ValueError, match=r"high|low|empty"):
        list(EpochBatches(broken, 1, 1))


def test_a_batch_is_filled_up_with_zeros_and_tells_where_its_lines_end() -> None:
    batch = batch_of([np.ones((8, 9), np.float32), np.ones((4, 9), np.float32)], ["l7", ""])

    assert batch.paths.shape == (2, 8, 9)
    assert not batch.paths[1, 4:].any()
    assert batch.lengths.tolist() == [2, 1]
    assert batch.places.tolist() == [[0, 0], [0, 1]]


def test_equal_characters_need_a_place_between_them() -> None:
    assert is_long_enough(np.zeros((12, 9), np.float32), "ab")
    assert not is_long_enough(np.zeros((12, 9), np.float32), "aa")


def test_lines_are_varied_but_stay_lines(lines: LineSet) -> None:
    rng = np.random.default_rng(4)
    line = lines.lines[0]
    one, step = vary_line(line.paths, LineChanges(), rng)
    other, _ = vary_line(line.paths, LineChanges(), rng)

    assert 0.2 < step < 0.29
    assert not np.allclose(np.concatenate(one), np.concatenate(other))
    assert np.abs(np.concatenate(one) - np.concatenate(line.paths)).max() < 2


def test_without_changes_a_line_stays_as_it_is(lines: LineSet) -> None:
    nothing = LineChanges(**dict.fromkeys(LineChanges.__slots__, 0.0))
    line = lines.lines[0]
    found, step = vary_line(line.paths, nothing, np.random.default_rng(1))

    np.testing.assert_allclose(np.concatenate(found), np.concatenate(line.paths), atol=1e-6)
    assert step == pytest.approx(0.24)


def test_delayed_strokes_come_later_and_none_is_lost(lines: LineSet) -> None:
    nothing = dict.fromkeys(LineChanges.__slots__, 0.0)
    dots = [np.array([(place, 0.0)], np.float32) for place in range(30)]
    found, _ = vary_line(dots, LineChanges(**{**nothing, "delayed": 1.0}), np.random.default_rng(3))

    order = [round(float(stroke[0, 0])) for stroke in found]
    assert sorted(order) == list(range(30))
    assert order != sorted(order)


def test_a_line_of_letters_stands_on_one_baseline_with_gaps_between_words(tmp_path: Path) -> None:
    write_letters(tmp_path / "letters.npz", " ".join(["l", "v", "7", "+"]), 3)
    bank = LetterBank([tmp_path / "letters.npz"], least_classes=3)
    line = bank.line("vl 7v", np.random.default_rng(7))

    assert line.text == "vl 7v"
    assert len(line.paths) == 4
    spans = [(float(path[:, 0].min()), float(path[:, 0].max())) for path in line.paths]
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    assert gaps[1] > max(gaps[0], gaps[2])
    assert all(abs(float(path[:, 1].max())) < 0.4 for path in line.paths)
    assert bank.amounts == [(12, 3)]


def test_contributors_whose_sizes_are_wrong_are_left_out(tmp_path: Path) -> None:
    write_letters(tmp_path / "letters.npz", "l v 7 +", 3)

    assert LetterBank([tmp_path / "letters.npz"], without=("h0", "h1"), least_classes=3).amounts == [(4, 1)]


def test_made_texts_can_be_read_and_put_together() -> None:
    rng = np.random.default_rng(5)
    texts = [made_text(["house", "tree"], rng) for _ in range(400)] + [number(rng) for _ in range(100)]

    assert all(is_readable(text) for text in texts)
    assert set("".join(texts)) - {" "} <= PLACED
    assert all(text.strip() == text and text for text in texts)


def test_sentences_are_cut_where_a_row_ends(tmp_path: Path) -> None:
    one = row("lv", 1)
    below = [[value + (300 if index % 2 else 0) for index, value in enumerate(path)] for path in one["strokes"]]
    beside = [[value + (0 if index % 2 else 400) for index, value in enumerate(path)] for path in one["strokes"]]
    sentence = {**one, "strokes": [*one["strokes"], *beside, *below]}
    sentence["words"] = [["lv", [0, 1]], ["lv", [2, 3]], ["lv", [4, 5]]]
    write_lines(tmp_path / "s.jsonl.xz", [sentence] * 40)

    texts = {line.text for line in read_pieces(tmp_path / "s.jsonl.xz", np.random.default_rng(1))}

    assert texts == {"lv", "lv lv"}


def test_damaged_data_is_refused_in_a_sentence(tmp_path: Path) -> None:
    recipe = load_recipe(str(write_recipe(tmp_path)), parse_line_recipe)
    assert isinstance(recipe, LineRecipe)
    for name, content in (("numbers.npz", b"nothing"), ("lines.jsonl.xz", b"nothing")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataFault, match=name.replace(".", r"\.")):
            read_line_set(recipe, tmp_path)
