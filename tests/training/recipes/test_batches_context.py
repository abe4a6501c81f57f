"""Glyphs of a batch in their expressions: in their own context, in that of another, and again where they are rare."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.alphabets import CLASSES
from digitvision.training.recipes.batches import ALONE, OTHER_CONTEXT, RARE_SHARE, Batch
from digitvision.training.recipes.recipe import Recipe
from tests.training.recipes.batches import batches_of, batches_recipe, in_a_row, still
from tests.training.recipes.made_sets import training_set, written_set

PIXELS: Final = 4
"""Number of pixels of a unit in the context."""

PEN: Final = 0.1
"""Units by which a glyph's box stands out on either side."""


def _whose(field: NDArray[np.float32]) -> int | None:
    """The index of the glyph whose context this is; None where there is none."""
    value = round(float(field[12, 12, 0]) * 255)
    return value - 1 if value else None


def _box(field: NDArray[np.float32]) -> tuple[float, float]:
    """Width and height in units of the box in the second layer, which has to lie within the field."""
    layer = field[:, :, 1].astype(np.float64)
    width = layer.sum(axis=1).max() / layer.max()
    height = layer.sum(axis=0).max() / layer.max()
    return width / PIXELS - 2 * PEN, height / PIXELS - 2 * PEN


def numbered(count: int) -> NDArray[np.uint8]:
    """Rasters that identify their glyphs, uint8 [1, N, 28, 28]; see `indices_of`."""
    rasters = np.zeros((1, count, 28, 28), np.uint8)
    rasters[0, :, 14, 14], rasters[0, :, 14, 15] = np.divmod(np.arange(count), 256)
    return rasters


def indices_of(batch: Batch) -> list[int]:
    """The indices of the glyphs of a batch in a numbered set; nothing may have distorted them."""
    found = np.rint(batch.rasters[:, 14, 14:16, 0] * 255).astype(int)
    indices: list[int] = (found[:, 0] * 256 + found[:, 1]).tolist()
    return indices


def _context_recipe(folder: Path, batch_size: int, alphabet: str = "math") -> Recipe:
    return batches_recipe(
        folder,
        alphabets=[alphabet],
        sources=[{"data": "m.npz", "licence": "x", "alphabets": [alphabet]}],
        surrounded=True,
        batch_size=batch_size,
        strangers={},
        expressions="",
        distortion=still(),
    )


def _with_context(folder: Path, texts: Sequence[str], **given: NDArray[Any]) -> tuple[Recipe, Batch]:
    """A batch as large as a set of glyphs of these classes, numbered in turn."""
    recipe = _context_recipe(folder, len(texts))
    labels = np.array([recipe.classes.index(text) if text else len(recipe.classes) for text in texts])
    (batch,) = batches_of(recipe, training_set(**{"rasters": numbered(len(texts)), "labels": labels, **given}), 1)
    assert batch.context is not None
    return recipe, batch


def test_a_recipe_without_context_has_batches_without_context(tmp_path: Path) -> None:
    (batch,) = batches_of(batches_recipe(tmp_path, batch_size=8), written_set("01234567", **in_a_row(8)), 1)

    assert batch.context is None


def test_where_all_glyphs_stand_alone_there_is_no_context(tmp_path: Path) -> None:
    _, batch = _with_context(tmp_path, ["a", "b", "+", ""] * 50)

    assert batch.context is not None
    assert not batch.context.any()


def test_junk_of_an_expression_has_its_own_context_or_none(tmp_path: Path) -> None:
    given = in_a_row(250)

    # Junk have no role that they would share with others.
    _, batch = _with_context(tmp_path, [""] * 250, **given)

    assert batch.context is not None
    shown = batch.context.any(axis=(1, 2, 3))
    assert 1 - shown.mean() == pytest.approx(ALONE, abs=0.09)
    for index, field in zip(np.array(indices_of(batch))[shown].tolist(), batch.context[shown], strict=True):
        assert _whose(field) == index
        # A little larger or smaller than it is.
        assert np.abs(np.log(np.array(_box(field)) / given["sizes"][index])).max() < 0.4


def test_most_glyphs_of_expressions_have_their_own_context(tmp_path: Path) -> None:
    _, batch = _with_context(tmp_path, ["c"] * 250, **in_a_row(250))

    assert batch.context is not None
    owners = [_whose(field) for field in batch.context]
    own = np.mean([owner == index for owner, index in zip(owners, indices_of(batch), strict=True)])
    # Further glyphs of rare classes are never given alone.
    alone = ALONE / (1 + RARE_SHARE)
    assert own == pytest.approx((1 - OTHER_CONTEXT) * (1 - alone), abs=0.08)
    assert np.mean([owner is None for owner in owners]) == pytest.approx((1 - OTHER_CONTEXT) * alone, abs=0.08)


@pytest.mark.slow
def test_some_glyphs_of_expressions_come_once_more_the_rarer_their_class_the_likelier(tmp_path: Path) -> None:
    # Of two classes in expressions one is nine times as frequent; a third stands alone, and some are junk.
    texts = ["x"] * 900 + ["X"] * 100 + ["7"] * 300 + [""] * 300
    recipe = _context_recipe(tmp_path, 10)
    rows = np.arange(1600)
    rows[1000:1300] = -1
    context = np.zeros((1600, 24, 24), np.uint8)
    labels = np.array([recipe.classes.index(text) if text else len(recipe.classes) for text in texts])
    of = training_set(rasters=numbered(1600), labels=labels, context=context, context_row=rows)

    once_more: list[list[int]] = []
    for epoch in (1, 2):
        batches = batches_of(recipe, of, epoch)
        assert len(batches) == 185
        counts = np.bincount([index for batch in batches for index in indices_of(batch)], minlength=1600)
        assert counts.min() == 1
        once_more.append((counts - 1).tolist())

    for more in once_more:
        assert sum(more) == RARE_SHARE * 1000
        assert sum(more[1000:]) == 0
        # By the roots of how many there are: three to one, not nine to one.
        assert sum(more[:900]) / sum(more) == pytest.approx(0.75, abs=0.09)
    assert once_more[0] != once_more[1]


def test_without_context_no_glyph_comes_twice(tmp_path: Path) -> None:
    recipe = batches_recipe(tmp_path, batch_size=10, distortion=still())
    of = training_set(rasters=numbered(200), **in_a_row(200))

    indices = [index for batch in batches_of(recipe, of, 1) for index in indices_of(batch)]

    assert sorted(indices) == list(range(200))


def _among_where_shown(
    folder: Path, alphabets: list[str], text: str
) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """The classes that 250 glyphs of a class are compared with: those with a context, and those without."""
    recipe = batches_recipe(
        folder,
        alphabets=alphabets,
        sources=[{"data": "m.npz", "licence": "x", "alphabets": alphabets}],
        surrounded=True,
        batch_size=250,
        strangers={},
        expressions="",
    )
    labels = np.full(250, recipe.classes.index(text))
    of = written_set("4" * 250, labels=labels, **in_a_row(250))
    (batch,) = batches_of(recipe, of, 1)
    assert batch.context is not None
    names = np.array([*recipe.classes, "junk"])
    shown = batch.context.any(axis=(1, 2, 3))
    has_context, alone = (
        {frozenset(names[row == 1].tolist()) for row in batch.among[part]} for part in (shown, ~shown)
    )
    assert has_context
    assert alone
    return has_context, alone


@pytest.mark.parametrize("text", ["c", "C", "4"])
def test_in_its_context_a_glyph_is_compared_with_all_classes_of_expressions(tmp_path: Path, text: str) -> None:
    alphabets = ["all", "math", "letters", "upper", "lower", "digits"]

    has_context, alone = _among_where_shown(tmp_path, alphabets, text)

    everything = {name: frozenset((*CLASSES[name], "junk")) for name in alphabets}
    assert has_context == {everything["math"], everything["all"]}
    assert alone == {classes for classes in everything.values() if text in classes}


def test_in_its_context_a_glyph_is_compared_with_all_classes_where_no_alphabet_is_one_of_expressions(
    tmp_path: Path,
) -> None:
    has_context, alone = _among_where_shown(tmp_path, ["digits", "upper"], "4")

    assert has_context == {frozenset((*CLASSES["digits"], *CLASSES["upper"], "junk"))}
    assert alone == {frozenset((*CLASSES["digits"], "junk"))}


def test_glyphs_stand_where_others_of_their_role_stood_but_of_no_other(tmp_path: Path) -> None:
    texts = ["a", "c", "b", "+", "∫"] * 48
    given = in_a_row(240)

    _, batch = _with_context(tmp_path, texts, **given)

    assert batch.context is not None
    kinds = {"a": "ac", "c": "ac", "b": "b", "+": "+", "∫": "∫"}
    swapped = 0
    for index, field in zip(indices_of(batch), batch.context, strict=True):
        owner = _whose(field)
        if owner is not None:
            assert texts[owner] in kinds[texts[index]]
            swapped += texts[owner] != texts[index]
    # Of two in five glyphs, a's and c's, a third and more stand elsewhere, half of them where the other class stood.
    assert swapped / 240 == pytest.approx(0.4 * OTHER_CONTEXT / 2, abs=0.05)


def test_a_glyph_in_the_context_of_another_takes_its_height_and_keeps_its_own_shape(tmp_path: Path) -> None:
    # Wide small glyphs alone, and two narrow tall ones of their role in expressions.
    count = 300
    texts = ["b"] * (count - 2) + ["d", "d"]
    context = np.zeros((2, 24, 24), np.uint8)
    context[:, 8:16, 8:16] = np.array([1, 2])[:, None, None]
    sizes = np.tile(np.array([40.0, 20.0], np.float32), (count, 1))
    sizes[-2:] = [[0.5, 1.5], [0.5, 0.9]]
    rows = np.full(count, -1)
    rows[-2:] = [0, 1]

    recipe, batch = _with_context(tmp_path, texts, context=context, context_row=rows, sizes=sizes)

    assert batch.context is not None
    b = recipe.classes.index("b")
    shown = batch.context.any(axis=(1, 2, 3)) & (batch.labels == b)
    assert shown.sum() / (count - 2) == pytest.approx(OTHER_CONTEXT, abs=0.08)
    heights: dict[int, list[float]] = {0: [], 1: []}
    for field in batch.context[shown]:
        owner = _whose(field)
        assert owner is not None
        width, height = _box(field)
        heights[owner].append(height)
        assert math.log(width / height / 2) == pytest.approx(0, abs=0.5)
    assert np.median(heights[0]) == pytest.approx(1.5, rel=0.05)
    assert np.median(heights[1]) == pytest.approx(0.9, rel=0.05)
    # It is still what it was.
    assert [recipe.classes[label] for label in batch.labels] == [texts[index] for index in indices_of(batch)]


@pytest.mark.parametrize("text", ["+", "=", "-"])
def test_what_has_no_height_to_speak_of_takes_the_other_s_width(tmp_path: Path, text: str) -> None:
    count = 200
    context = np.zeros((1, 24, 24), np.uint8)
    context[:, 8:16, 8:16] = 1
    sizes = np.tile(np.array([0.5, 0.25], np.float32), (count, 1))
    sizes[-1] = [1.0, 0.01]
    rows = np.full(count, -1)
    rows[-1] = 0

    _, batch = _with_context(tmp_path, [text] * count, context=context, context_row=rows, sizes=sizes)

    assert batch.context is not None
    shown = batch.context[batch.context.any(axis=(1, 2, 3))]
    assert len(shown) > 30
    assert np.median([_box(field) for field in shown], axis=0) == pytest.approx((1.0, 0.5), rel=0.08)


@pytest.mark.parametrize(
    ("text", "size", "there", "other"),
    [
        # A fraction bar, which is a minus by its name.
        ("+", (0.8, 0.8), "-", (8.0, 0.1)),
        ("×", (0.7, 0.8), "-", (8.0, 0.1)),
        ("÷", (1.0, 1.0), "-", (8.0, 0.1)),
        (".", (0.08, 0.07), "…", (2.5, 0.2)),
        # Drawn straight down: its width is next to nothing, and cannot be what its size is measured by.
        (",", (0.004, 0.6), ",", (0.22, 0.6)),
        (".", (0.0, 0.1), ".", (0.1, 0.1)),
    ],
)
def test_no_glyph_becomes_huge_in_the_context_of_another(
    tmp_path: Path, text: str, size: tuple[float, float], there: str, other: tuple[float, float]
) -> None:
    count = 200
    context = np.zeros((1, 24, 24), np.uint8)
    context[:, 8:16, 8:16] = 1
    sizes = np.tile(np.array(size, np.float32), (count, 1))
    sizes[-1] = other
    rows = np.full(count, -1)
    rows[-1] = 0

    _, batch = _with_context(tmp_path, [text] * (count - 1) + [there], context=context, context_row=rows, sizes=sizes)

    assert batch.context is not None
    fields = [field for index, field in zip(indices_of(batch), batch.context, strict=True) if index < count - 1]
    # What is thinner than a pixel counts as up to two of them.
    assert max((max(_box(field)) for field in fields if field.any()), default=0.0) < 2.5 * max(size) + 0.2


def test_the_context_is_shifted_by_no_more_than_a_pixel(tmp_path: Path) -> None:
    count = 200
    context = np.zeros((1, 24, 24), np.uint8)
    context[0, 10, 6] = 255
    sizes = np.ones((count, 2), np.float32)

    _, batch = _with_context(
        tmp_path, ["∫"] * count, context=context, context_row=np.zeros(count, np.int64), sizes=sizes
    )

    assert batch.context is not None
    indices = {tuple(index) for field in batch.context for index in np.argwhere(field[:, :, 0] > 0).tolist()}
    assert indices == {(row, column) for row in (9, 10, 11) for column in (5, 6, 7)}
    assert batch.context[:, :, :, 0].max() == 1


def test_ink_at_the_field_s_edge_does_not_come_in_again_at_the_other_side(tmp_path: Path) -> None:
    count = 200
    context = np.zeros((1, 24, 24), np.uint8)
    context[0, 8:16, 0] = 255

    _, batch = _with_context(tmp_path, ["∫"] * count, context=context, context_row=np.zeros(count, np.int64))

    assert batch.context is not None
    assert batch.context[:, :, :2, 0].any()
    assert not batch.context[:, :, 12:, 0].any()
