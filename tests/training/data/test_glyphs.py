"""Glyphs as they were written, and their preparation for a network."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize, rasterize_picture
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.stroke import NO_PRESSURE
from digitvision.ink.trajectory import trajectory
from digitvision.training.data.array_files import read_npz
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Glyphs, Paths, Picture, StrokeInk, prepare, stroke_of
from tests.training.recipes.made_recipes import shape
from tests.training.samples import mnist_part, sample_drawings, stroke_arrays, write_npz

BYTE = 0.5 / 255 + 1e-6
"""Largest rounding error of a raster in bytes; that of a trajectory is the same in its own unit."""


def _glyphs(*ink: Paths | Picture) -> Glyphs:
    return Glyphs("made up", list(ink), np.arange(len(ink)) % 10, tuple("0123456789"), licence="free")


def test_strokes_are_prepared_as_in_the_window() -> None:
    found = prepare(_glyphs(*(shape(str(digit)) for digit in range(10))))

    paths = found.paths()
    assert paths is not None
    for digit in range(10):
        strokes = [stroke_of(path) for path in shape(str(digit))]
        np.testing.assert_allclose(found.floats()[digit], rasterize(strokes), atol=BYTE)
        np.testing.assert_allclose(paths[digit], trajectory(strokes), atol=0.5 / 127 + 1e-6)


def test_pictures_become_rasters_and_have_no_trajectory() -> None:
    images, _ = mnist_part(5)
    page = np.zeros((60, 80), np.float32)
    page[10:38, 40:68] = images[0] / np.float32(255)

    found = prepare(_glyphs(*images, page))

    assert found.trajectories is None
    assert found.paths() is None
    # MNIST's pictures are rasters already.
    np.testing.assert_array_equal(found.rasters[:5], images)
    np.testing.assert_allclose(found.floats()[5], rasterize_picture(page), atol=BYTE)


def test_the_trajectory_of_a_picture_among_strokes_is_all_zero() -> None:
    found = prepare(_glyphs(mnist_part(1)[0][0], shape("3")))

    assert found.trajectories is not None
    assert not found.trajectories[0].any()
    assert found.trajectories[1].any()
    assert found.rasters.any(axis=(1, 2)).all()


def _in_expressions() -> Glyphs:
    """A digit between two others, one that stands alone, a picture, and one below another."""
    ink = [shape("4"), shape("5"), mnist_part(1)[0][0], shape("7")]
    contexts = [
        tuple(path + np.array([right, 0]) for right in (-900, 900) for path in shape("1")),
        (),
        (),
        tuple(path - np.array([0, 1500]) for path in shape("8")),
    ]
    return Glyphs("sums", ink, np.array([4, 5, 7, 7]), tuple("0123456789"), context=contexts)


def test_the_context_is_prepared_as_in_the_window() -> None:
    glyphs = _in_expressions()

    found = prepare(glyphs)

    contexts = found.context_floats()
    assert contexts is not None
    assert glyphs.context is not None
    for row in (0, 3):
        strokes, others = ([stroke_of(path) for path in paths] for paths in (glyphs.ink[row], glyphs.context[row]))
        np.testing.assert_allclose(contexts[row], spatial_context(strokes, others), atol=BYTE)
        assert contexts[row].any()
    # One that stands alone among others that do not, and a picture.
    assert not contexts[1:3].any()
    # The context leaves no trace in the other views.
    alone = prepare(Glyphs("sums", glyphs.ink, glyphs.labels, glyphs.label_names))
    assert alone.context_floats() is None
    np.testing.assert_array_equal(found.rasters, alone.rasters)
    assert found.trajectories is not None
    assert alone.trajectories is not None
    np.testing.assert_array_equal(found.trajectories, alone.trajectories)


def test_a_wrong_stroke_of_a_context_is_reported_with_its_row() -> None:
    glyphs = Glyphs(
        "sums", [shape("1"), shape("2")], np.array([1, 2]), tuple("012"), context=[(), (np.array([[0.0, np.nan]]),)]
    )

    with pytest.raises(DataFault, match=r"^Row 1 of “sums” cannot be drawn: .+\.$"):
        prepare(glyphs)


def test_writers_and_licence_are_kept() -> None:
    glyphs = Glyphs("n", [shape("1")] * 2, np.array([1, 0]), ("a", "b"), np.array([0, 1]), ("ann", "bob"), "free")

    found = prepare(glyphs)

    assert (found.name, found.licence, found.label_names, found.writer_names) == (
        "n", "free", ("a", "b"), ("ann", "bob"),
    )  # fmt: skip
    assert found.labels.tolist() == [1, 0]
    assert found.writers is not None
    assert found.writers.tolist() == [0, 1]


@pytest.mark.parametrize(
    "path", [np.array([[0.0, np.nan], [1, 1]]), np.array([[np.inf, 0.0], [1, 1]]), np.zeros((0, 2))]
)
def test_a_glyph_that_cannot_be_drawn_is_reported_with_its_row(path: NDArray[np.float64]) -> None:
    with pytest.raises(DataFault, match=r"^Row 2 of “made up” cannot be drawn: .+\.$"):
        prepare(_glyphs(shape("1"), shape("2"), (path,)))


@pytest.mark.slow
def test_preparing_reports_its_progress() -> None:
    reports: list[tuple[int, int]] = []

    prepare(_glyphs(*[shape("1")] * 501), lambda done, of: reports.append((done, of)))

    assert reports == [(500, 501), (501, 501)]


def test_selected_glyphs_keep_their_labels_and_writers() -> None:
    glyphs = Glyphs("n", [shape(str(k)) for k in range(5)], np.arange(5), tuple("01234"), np.arange(5) * 10)

    taken = glyphs.select(np.array([4, 1]))

    assert len(taken) == 2
    assert taken.labels.tolist() == [4, 1]
    assert taken.writers is not None
    assert taken.writers.tolist() == [40, 10]
    assert taken.label_names == glyphs.label_names
    assert all(np.array_equal(path, other) for path, other in zip(taken.ink[0], shape("4"), strict=True))


def test_selected_glyphs_keep_their_contexts() -> None:
    glyphs = _in_expressions()

    taken = glyphs.select(np.array([3, 0]))

    assert taken.context is not None
    assert glyphs.context is not None
    for found, expected in zip(taken.context, (glyphs.context[3], glyphs.context[0]), strict=True):
        assert all(np.array_equal(path, other) for path, other in zip(found, expected, strict=True))
    assert _glyphs(shape("1")).select(np.array([0])).context is None


def test_ink_in_three_arrays_is_cut_where_strokes_and_glyphs_end() -> None:
    ink = StrokeInk(np.arange(14).reshape(7, 2), np.array([2, 3, 7]), np.array([1, 3]))

    assert [[path.tolist() for path in glyph] for glyph in ink] == [
        [[[0, 1], [2, 3]]],
        [[[4, 5]], [[6, 7], [8, 9], [10, 11], [12, 13]]],
    ]
    with pytest.raises(IndexError):
        ink[2]


def test_a_stroke_of_positions_has_the_pressure_of_devices_that_report_none() -> None:
    stroke = stroke_of(np.array([[1, 2], [3, 4]], np.int16))

    assert stroke.points.tolist() == [[1, 2, 0, NO_PRESSURE], [3, 4, 0, NO_PRESSURE]]


@pytest.mark.parametrize(("glyph", "value"), [(0, np.nan), (4, np.inf), (9, -np.inf)])
def test_a_row_with_a_coordinate_that_is_no_number_is_reported_when_it_is_read(
    tmp_path: Path, glyph: int, value: float
) -> None:
    arrays = stroke_arrays(sample_drawings())
    xy = arrays["xy"].astype(np.float32)
    last_stroke = arrays["sample_end"][glyph] - 1
    xy[arrays["stroke_end"][last_stroke] - 1, 1] = value
    path = write_npz(tmp_path / "spoilt.npz", {**arrays, "xy": xy})

    with pytest.raises(
        DataFault, match=rf"^Row {glyph} of “.*spoilt\.npz” cannot be drawn: a coordinate .*no number\.$"
    ):
        read_npz(path)
