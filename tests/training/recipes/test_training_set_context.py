"""Glyphs of a training set in their expressions, and the ways in which the network is given held-out ones."""

import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.stroke import Drawing
from digitvision.training.data.glyphs import stroke_of
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import Way, build_training_set, ways_of
from tests.training.recipes.made_recipes import NO_JUNK, tiny_recipe

pytestmark = pytest.mark.slow


def _with_context(folder: Path, **change: Any) -> Recipe:
    """A recipe for what stands in expressions, and for capitals that stand alone."""
    sources = [
        {"data": "expressions.jsonl.xz", "licence": "x", "alphabets": ["digits", "upper"]},
        {"data": "capitals.npz", "licence": "x", "alphabets": ["upper"]},
    ]
    return tiny_recipe(folder, **{"sources": sources, "surrounded": True, **NO_JUNK, **change})


def _expected_context(root: Path) -> dict[bytes, tuple[NDArray[np.float32], tuple[float, float]]]:
    """The context and the size in units of every symbol of the expressions, by its raster."""
    expected = {}
    with lzma.open(root / "expressions.jsonl.xz", "rt", encoding="utf-8") as file:
        rows = file.read().splitlines()
    for number, row in enumerate(rows):
        expression = json.loads(row)
        strokes = [stroke_of(np.array(stroke)) for stroke in expression["strokes"]]
        for _, indices in expression["symbols"]:
            own = [strokes[index] for index in indices]
            others = [stroke for index, stroke in enumerate(strokes) if index not in indices]
            box = Drawing(tuple(own)).bounds
            assert box is not None, number
            sizes = [max(stroke.bounds.width, stroke.bounds.height) for stroke in strokes]
            unit = float(np.median(sizes))
            raster = np.rint(rasterize(own) * 255).astype(np.uint8)
            expected[raster.tobytes()] = (spatial_context(own, others), (box.width / unit, box.height / unit))
    return expected


def test_glyphs_of_expressions_have_a_context_and_the_others_have_none(root: Path, tmp_path: Path) -> None:
    found = build_training_set(_with_context(tmp_path), root)

    expected = _expected_context(root)
    for sources, rows, context in (
        (found.source, found.context_row, found.context),
        (found.held_source, found.held_context_row, found.held_context),
    ):
        assert ((rows >= 0) == (sources == 0)).all()
        # Every one is there, and nobody's twice.
        assert sorted(rows[rows >= 0].tolist()) == list(range(len(context)))
    # Of the held-out glyphs it is known which is which.
    for raster, row in zip(found.held_rasters, found.held_context_row.tolist(), strict=True):
        if row >= 0:
            field, _ = expected[raster.tobytes()]
            np.testing.assert_allclose(found.held_context[row], field * 255, atol=1)
    # A glyph is varied, and its context stays as it was written.
    fields = {np.rint(field[:, :, 0] * 255).astype(np.uint8).tobytes() for field, _ in expected.values()}
    assert {field.tobytes() for field in found.context} <= fields
    sizes = {(round(width, 3), round(height, 3)) for _, (width, height) in expected.values()}
    assert {(round(float(w), 3), round(float(h), 3)) for w, h in found.sizes[found.context_row >= 0]} <= sizes
    assert (found.sizes.max(axis=1) > 0).all()


def test_a_glyph_and_its_context_stay_together(root: Path, tmp_path: Path) -> None:
    found = build_training_set(_with_context(tmp_path), root)
    of_ink = {
        np.rint(field[:, :, 0] * 255).astype(np.uint8).tobytes(): size
        for field, size in _expected_context(root).values()
    }

    assert (found.context_row >= 0).sum() > 20
    for row in np.flatnonzero(found.context_row >= 0).tolist():
        size = of_ink[found.context[found.context_row[row]].tobytes()]
        assert found.sizes[row] == pytest.approx(size, rel=1e-3)


def test_a_recipe_without_context_has_a_set_without_context(root: Path, tmp_path: Path) -> None:
    change: dict[str, Any] = {"strangers": {"groupings": 20}, "expressions": "expressions.jsonl.xz"}

    found = build_training_set(_with_context(tmp_path, surrounded=False, **change), root)

    assert len(found.context) == len(found.held_context) == 0
    assert (found.context_row == -1).all()
    assert (found.held_context_row == -1).all()
    assert not found.held_mask("in context").any()


def test_wrong_groupings_are_junk_with_the_rest_of_their_expression_as_context(root: Path, tmp_path: Path) -> None:
    counts = {"groupings": 40, "scribbles": 30}
    change: dict[str, Any] = {"strangers": counts, "expressions": "expressions.jsonl.xz"}

    found = build_training_set(_with_context(tmp_path, **change), root)

    junk = np.asarray(found.source == 2)
    assert junk.sum() == 70
    assert (found.context_row[junk] >= 0).sum() == pytest.approx(40, abs=3)
    assert found.context[found.context_row[junk & (found.context_row >= 0)]].any(axis=(1, 2)).mean() > 0.9


def test_the_ways_in_which_the_network_is_given_held_out_glyphs(root: Path, tmp_path: Path) -> None:
    sources = [
        {"data": "expressions.jsonl.xz", "licence": "x", "alphabets": ["digits", "upper"]},
        {"data": "pictures.npz", "licence": "x", "alphabets": ["digits"]},
    ]
    found = build_training_set(_with_context(tmp_path, sources=sources), root)
    written = np.asarray(found.held_source == 0)

    # As pictures only what is none anyway; in their expressions only what stands in one.
    assert found.held_mask("alone").all()
    assert (found.held_mask("in context") == written).all()
    assert (found.held_mask("as pictures") == written).all()

    rows = np.flatnonzero(written)[:5]
    rasters, paths, context = found.held("alone", rows)
    assert context is None
    assert paths is not None
    np.testing.assert_allclose(rasters * 255, found.held_rasters[rows], atol=1e-3)
    np.testing.assert_allclose(paths * 127, found.held_paths[rows], atol=1e-3)

    same, paths, context = found.held("in context", rows)
    assert paths is not None
    assert context is not None
    np.testing.assert_array_equal(same, rasters)
    np.testing.assert_allclose(context * 255, found.held_context[found.held_context_row[rows]], atol=1e-3)
    np.testing.assert_allclose(paths * 127, found.held_paths[rows], atol=1e-3)

    pictures, paths, context = found.held("as pictures", rows)
    assert (paths, context) == (None, None)
    np.testing.assert_allclose(pictures * 255, found.held_pictures[rows], atol=1e-3)


@pytest.mark.parametrize("way", ["alone", "in context", "is_picture"])
def test_held_out_glyphs_have_the_shapes_that_the_network_takes(root: Path, tmp_path: Path, way: Way) -> None:
    found = build_training_set(_with_context(tmp_path), root)
    count = len(found.held_labels)
    part = slice(2, count - 1)

    rasters, paths, context = found.held(way, part)

    for view, shape_of_view in ((rasters, (28, 28)), (paths, (64, 6)), (context, (24, 24, 2))):
        if view is not None:
            assert view.shape == (count - 3, *shape_of_view)
            assert view.dtype == np.float32
            assert -1 <= view.min() <= view.max() <= 1
    if context is not None:
        # Without a context there are only zeros.
        assert (context.any(axis=(1, 2, 3)) == (found.held_context_row[part] >= 0)).all()


def test_a_network_with_context_is_given_glyphs_in_their_expressions(tmp_path: Path) -> None:
    assert ways_of(_with_context(tmp_path)) == ("alone", "in context", "as pictures")
    assert ways_of(_with_context(tmp_path, surrounded=False)) == ("alone", "as pictures")
