"""Data by name and by path: every format, and a message for everything else."""

import gzip
import lzma
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.raster import Raster, rasterize, rasterize_picture
from digitvision.ink.spatial_context import spatial_context
from digitvision.ink.stroke import Stroke
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.loading import load, load_glyphs
from digitvision.training.data.splitting import split
from tests.ink.drawings import DIGITS
from tests.training.samples import (
    idx_bytes,
    mnist_part,
    picture_arrays,
    sample_drawings,
    stroke_arrays,
    write_expressions,
    write_npz,
)


def bytes_of(rasters: Sequence[Raster]) -> NDArray[np.uint8]:
    """Rasters as datasets store them."""
    return np.rint(np.stack(rasters) * 255).astype(np.uint8)


@pytest.mark.slow
def test_mnist_is_shipped_whole() -> None:
    training, test = load("mnist", "training"), load("mnist", "test")

    assert np.bincount(training.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert training.label_names == tuple("0123456789")
    assert "CC BY-SA 3.0" in training.licence
    assert len(split(training, 0).validation) == 5000


def test_mnist_s_pictures_are_rasters_already() -> None:
    images, _ = mnist_part(300)
    rasters = bytes_of([rasterize_picture(image.astype(np.float32) / 255) for image in images])

    # A centre of mass half-way between two pixels may be rounded to either.
    assert (rasters == images).all(axis=(1, 2)).mean() >= 0.99


def test_an_npz_of_pictures(tmp_path: Path) -> None:
    arrays = picture_arrays(30)

    dataset = load(str(write_npz(tmp_path / "few.npz", arrays)), "training")

    assert dataset.name == "few"
    assert (dataset.rasters == arrays["images"]).all()
    assert (dataset.labels == arrays["labels"]).all()


@pytest.mark.slow
def test_pictures_on_light_paper_are_read_like_those_on_black(tmp_path: Path) -> None:
    images, labels = mnist_part(20)
    large = np.kron(images, np.ones((1, 4, 4), np.uint8))
    arrays = {"labels": labels, "label_names": np.array(list("0123456789"))}
    write_npz(tmp_path / "black.npz", {"images": large, **arrays})
    write_npz(tmp_path / "paper.npz", {"images": 255 - large, **arrays})
    generator = np.random.default_rng(0)
    scanned = 225 - 0.7 * large + generator.normal(0, 4, large.shape)
    write_npz(tmp_path / "scan.npz", {"images": scanned.clip(0, 255).astype(np.uint8), **arrays})

    black, paper, scan = (
        load(str(tmp_path / f"{name}.npz"), "test").floats(slice(None)) for name in ("black", "paper", "scan")
    )

    # The faintest edges may go with the paper's specks.
    assert np.abs(paper - black).mean() < 0.01
    assert np.abs(scan - black).mean() < 0.03
    assert black.max() > 0.9


def test_an_npz_of_packed_pictures(tmp_path: Path) -> None:
    black = (picture_arrays(5)["images"] > 127).reshape(5, -1)
    arrays = {**picture_arrays(5), "images_packed": np.packbits(black, axis=1), "shape": np.array([28, 28])}
    del arrays["images"]

    dataset = load(str(write_npz(tmp_path / "packed.npz", arrays)), "training")

    assert len(dataset) == 5
    assert set(np.unique(dataset.rasters[0])) > {0}


def test_an_npz_of_strokes_is_drawn_like_the_canvas_s_ink(tmp_path: Path) -> None:
    drawings = sample_drawings()

    dataset = load(str(write_npz(tmp_path / "pen.npz", stroke_arrays(drawings))), "training")

    expected = bytes_of([rasterize(drawing.strokes) for drawing in drawings])
    # The file has whole numbers: a thousandth of the drawing's size, less than a fortieth of a pixel.
    assert np.abs(dataset.rasters.astype(int) - expected).mean() < 1
    assert dataset.labels.tolist() == list(DIGITS)
    assert dataset.writers is not None
    assert dataset.writer_names[dataset.writers[1]] == "bob"


def test_a_writer_without_a_name_is_reported_with_the_row(tmp_path: Path) -> None:
    arrays = stroke_arrays(sample_drawings())
    arrays["writer"] = arrays["writer"].copy()
    arrays["writer"][4] = 77

    with pytest.raises(DataFault, match=r"^Row 4 of “.*pen\.npz” has “writer” 77, but there are 3 names\.$"):
        load(str(write_npz(tmp_path / "pen.npz", arrays)), "training")


def test_every_symbol_of_an_expression_becomes_a_glyph(tmp_path: Path) -> None:
    one, two = sample_drawings()[1], sample_drawings()[2]
    strokes = [stroke.xy.ravel().tolist() for stroke in (*one.strokes, *two.strokes)]
    symbols = [["1", list(range(len(one.strokes)))], ["2", list(range(len(one.strokes), len(strokes)))]]
    rows = [{"strokes": strokes, "symbols": symbols, "writer": writer} for writer in ("ann", "bob")]

    dataset = load(str(write_expressions(tmp_path / "sums.jsonl.xz", rows)), "training")

    assert dataset.name == "sums"
    assert [dataset.label_names[label] for label in dataset.labels] == ["1", "2", "1", "2"]
    assert (dataset.rasters[1] == bytes_of([rasterize(two.strokes)])[0]).all()
    assert dataset.writers is not None
    assert dataset.writers.tolist() == [0, 0, 1, 1]


def test_the_context_of_a_symbol_is_all_other_strokes_of_its_expression(tmp_path: Path) -> None:
    strokes = [[[x + 20 * index, y] for x, y in ([0, 0], [9, 3], [4, 12])] for index in range(5)]
    # A symbol written in two goes, and one that shares a stroke with another.
    symbols = [["x", [0, 3]], ["1", [1]], ["y", [2, 4]], ["7", [4]]]
    rows = [{"strokes": strokes, "symbols": symbols}, {"strokes": strokes[:1], "symbols": [["1", [0]]]}]
    path = write_expressions(tmp_path / "sums.jsonl.xz", rows)

    glyphs = load_glyphs(str(path))
    dataset = load(str(path), "training")

    assert glyphs.context is not None
    indices = [[round(float(stroke[0, 0]) / 20) for stroke in others] for others in glyphs.context]
    assert indices == [[1, 2, 4], [0, 2, 3, 4], [0, 1, 3], [0, 1, 2, 3], []]
    contexts = dataset.context_floats()
    assert contexts is not None
    expected = spatial_context([Stroke.of(strokes[1])], [Stroke.of(strokes[index]) for index in (0, 2, 3, 4)])
    np.testing.assert_allclose(contexts[1], expected, atol=0.5 / 255 + 1e-6)
    # An expression of a single symbol is a glyph that stands alone.
    assert not contexts[4].any()


@pytest.mark.parametrize("form", ["strokes", "pictures", "folder"])
def test_data_of_single_glyphs_has_no_context(tmp_path: Path, form: str) -> None:
    path = tmp_path / "one.npz"
    if form == "folder":
        path = tmp_path / "folder"
        (path / "4").mkdir(parents=True)
        (path / "4" / "a.inkml").write_bytes(inkml_bytes(sample_drawings()[4]))
    else:
        write_npz(path, stroke_arrays(sample_drawings()) if form == "strokes" else picture_arrays(5))

    assert load_glyphs(str(path)).context is None
    assert load(str(path), "training").context_floats() is None


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_an_idx_pair(tmp_path: Path, ending: str) -> None:
    images, labels = mnist_part(12)
    for name, array in (("images-idx3", images), ("labels-idx1", labels)):
        data = idx_bytes(array)
        (tmp_path / f"few-{name}-ubyte{ending}").write_bytes(gzip.compress(data) if ending else data)

    dataset = load(str(tmp_path / f"few-images-idx3-ubyte{ending}"), "training")

    assert (dataset.rasters == images).all()
    assert [int(dataset.label_names[label]) for label in dataset.labels] == labels.tolist()


def test_a_folder_of_pictures_by_class(tmp_path: Path) -> None:
    images, labels = mnist_part(20)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        folder = tmp_path / str(label)
        folder.mkdir(exist_ok=True)
        # As people scan it: dark on light.
        Image.fromarray(255 - image).save(folder / f"{index}.png")

    dataset = load(str(tmp_path), "training")

    assert len(dataset) == 20
    assert sorted(dataset.label_names[label] for label in dataset.labels) == sorted(map(str, labels.tolist()))


def test_a_folder_of_drawings_by_class_and_the_user_s_own(home: Path) -> None:
    for digit, drawing in enumerate(sample_drawings()):
        folder = home / "drawings" / str(digit)
        folder.mkdir(parents=True)
        (folder / "a.inkml").write_bytes(inkml_bytes(drawing))

    for name in ("drawings", str(home / "drawings")):
        dataset = load(name, "training")
        assert dataset.labels.tolist() == list(DIGITS)
        assert np.abs(dataset.rasters[3].astype(int) - bytes_of([rasterize(sample_drawings()[3].strokes)])[0]).max() < 3


def test_missing_drawings_of_one_s_own_are_reported() -> None:
    with pytest.raises(DataFault, match="no drawings of your own"):
        load("drawings", "training")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"labels": None}, "no array “labels”"),
        ({"images": None}, "neither pictures"),
        ({"labels": np.zeros(0, np.uint8), "images": np.zeros((0, 28, 28), np.uint8)}, "no sample"),
        ({"labels": np.arange(5.0)}, "not whole numbers"),
        ({"labels": np.array([0, 1, 2, 3, 10])}, "Row 4 of .* label 10"),
        ({"labels": np.array([0, -1, 2, 3, 1])}, "Row 1 of .* label -1"),
        ({"labels": np.zeros(4, np.uint8)}, "5 pictures but 4 labels"),
        ({"images": np.zeros((5, 28, 28), np.float32)}, "float32"),
        ({"images": np.zeros((5, 784), np.uint8)}, r"\(5, 784\)"),
        ({"images": np.zeros((5, 2000, 2), np.uint8)}, "2000 x 2"),
        ({"label_names": np.array(["a", "a"])}, "twice"),
        ({"label_names": np.arange(10)}, "not texts"),
        ({"images": np.array([[[None]]] * 5, dtype=object)}, "no readable .npz"),
        ({"writer": np.zeros(2, int)}, "not one number for each sample"),
    ],
)
def test_a_wrong_npz_of_pictures_is_reported(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    arrays = {name: array for name, array in {**picture_arrays(5), **change}.items() if array is not None}
    path = write_npz(tmp_path / "bad.npz", arrays)

    with pytest.raises(DataFault, match=sentence) as caught:
        load(str(path), "training")
    assert "bad.npz" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stroke_end": None}, "no array “stroke_end”"),
        ({"xy": np.full((4, 2), np.nan)}, "stroke_end|ends at"),
        ({"xy": np.zeros((4, 3))}, r"\(4, 3\)"),
        ({"sample_end": np.array([3, 2])}, "labels"),
        ({"sample_end": np.zeros(10, int)}, "does not grow at row 0"),
    ],
)
def test_a_wrong_npz_of_strokes_is_reported(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    arrays = {
        name: array for name, array in {**stroke_arrays(sample_drawings()), **change}.items() if array is not None
    }

    with pytest.raises(DataFault, match=sentence):
        load(str(write_npz(tmp_path / "bad.npz", arrays)), "training")


def test_a_coordinate_that_is_no_number_is_reported_with_its_row(tmp_path: Path) -> None:
    arrays = stroke_arrays(sample_drawings())
    arrays["xy"] = arrays["xy"].astype(np.float64)
    arrays["xy"][-1] = np.nan

    with pytest.raises(DataFault, match="Row 9 of"):
        load(str(write_npz(tmp_path / "bad.npz", arrays)), "training")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_file_that_is_cut_off_is_reported(tmp_path: Path, share: float) -> None:
    whole = write_npz(tmp_path / "whole.npz", picture_arrays(20)).read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(DataFault, match=r"no readable \.npz"):
        load(str(tmp_path / "cut.npz"), "training")


def test_a_header_that_announces_more_than_there_is_takes_no_memory(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "lying.npz", picture_arrays(2))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["images.npy"] = members["images.npy"].replace(b"(2, 28, 28)", b"(9000000000,)".ljust(11))[: 128 + 2 * 784]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)

    with pytest.raises(DataFault, match=r"no readable \.npz"):
        load(str(path), "training")


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"strokes": [[0, 0, 1]], "symbols": [["1", [0]]]}', '{"strokes": [[0, 0]], "symbols": [["1", [4]]]}',
     '{"strokes": [[0, 0]], "symbols": [["", [0]]]}', '{"strokes": [[0, 0]], "symbols": [["1", []]]}'],
)  # fmt: skip
def test_a_wrong_expression_is_reported_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl.xz"
    path.write_bytes(lzma.compress(('{"strokes": [[0, 0, 5, 5]], "symbols": [["1", [0]]]}\n' + line).encode()))

    with pytest.raises(DataFault, match="Line 2 of"):
        load(str(path), "training")


def test_expressions_that_are_no_xz_are_reported(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl.xz").write_bytes(b"{}\n")

    with pytest.raises(DataFault, match="cannot be unpacked"):
        load(str(tmp_path / "bad.jsonl.xz"), "training")


def test_idx_files_that_do_not_fit_are_reported(tmp_path: Path) -> None:
    images, labels = mnist_part(12)
    pictures = tmp_path / "few-images-idx3-ubyte"
    pictures.write_bytes(idx_bytes(images))
    with pytest.raises(DataFault, match="labels-idx1"):
        load(str(pictures), "training")

    (tmp_path / "few-labels-idx1-ubyte").write_bytes(idx_bytes(labels[:5]))
    with pytest.raises(DataFault, match="do not fit"):
        load(str(pictures), "training")

    pictures.write_bytes(idx_bytes(images)[:-1])
    with pytest.raises(DataFault, match="cut off"):
        load(str(pictures), "training")


def test_what_is_neither_a_name_nor_of_a_known_format_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("7", encoding="utf-8")
    (tmp_path / "empty").mkdir()

    with pytest.raises(DataFault, match="There is no data “minst”"):
        load("minst", "training")
    with pytest.raises(DataFault, match="no format that can be read"):
        load(str(tmp_path / "a.txt"), "training")
    with pytest.raises(DataFault, match="no sub-folder"):
        load(str(tmp_path / "empty"), "training")


def test_a_broken_picture_in_a_folder_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    with pytest.raises(DataFault, match=r"torn\.png"):
        load(str(tmp_path), "training")
