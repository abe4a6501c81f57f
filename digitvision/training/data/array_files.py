"""Reading datasets from array files: NumPy's .npz of pictures or of strokes, and MNIST's pairs of IDX files."""

import gzip
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.files import FileFault, read_limited, reason
from digitvision.ink.picture import ink_of_picture
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Glyphs, Paths, Picture, StrokeInk

FILE_LIMIT: Final = 2 * 2**30
"""Limit of bytes, packed and unpacked: what fits into the memory of an ordinary machine."""

LARGEST_SIDE: Final = 1024
"""Limit of height and width of one glyph's picture, in pixels."""

_MEMBERS_LIMIT: Final = 64
_LIGHT: Final = 127

Arrays = Mapping[str, NDArray[Any]]


def read_npz(path: Path) -> Glyphs:
    """Read an .npz of pictures or of strokes.

    Pictures are in the arrays `images` or `images_packed`, strokes in `xy`, `stroke_end` and `sample_end`; both have
    `labels` and `label_names`, and may have writers. Pictures are bright ink on black; dark ink on light paper is
    detected and converted when a picture is used.

    Raises:
        DataFault: The file is missing, damaged, or holds something else.
    """
    arrays = read_arrays(path)
    if "labels" not in arrays:
        raise DataFault(f"“{path}” has no array “labels”.")
    labels, names = _labels(arrays, path)
    writers, writer_names = _writers(arrays, path, len(labels))
    count = len(labels)
    ink: Sequence[Paths | Picture]
    if "xy" in arrays:
        ink = _stroke_ink(arrays, count, path)
    elif "images" in arrays or "images_packed" in arrays:
        images = _images(arrays, path)
        _check_images(images, count, path)
        ink = _ink_without_paper(images)
    else:
        raise DataFault(f"“{path}” has neither pictures (“images”) nor strokes (“xy”).")
    return Glyphs(
        name=path.stem,
        ink=ink,
        labels=labels,
        label_names=names,
        writers=writers,
        writer_names=writer_names,
    )


def read_idx(path: Path) -> Glyphs:
    """Read a dataset in MNIST's format: a file of pictures, and beside it the file of labels with the matching name.

    Raises:
        DataFault: A file is missing or damaged, or the two do not fit.
    """
    if "images-idx3" not in path.name and "images.idx3" not in path.name:
        raise DataFault(f"“{path}” is not named as IDX pictures are, such as “train-images-idx3-ubyte”.")
    beside = path.name.replace("images-idx3", "labels-idx1").replace("images.idx3", "labels.idx1")
    images = _idx(path)
    labels = _idx(path.with_name(beside))
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise DataFault(f"“{path}” and “{beside}” do not fit: {images.shape} pictures, {labels.shape} labels.")
    numbers, indices = np.unique(labels, return_inverse=True)
    _check_images(images, len(images), path)
    return Glyphs(
        name=path.name.split(".")[0].removesuffix("-ubyte"),
        ink=_ink_without_paper(images),
        labels=indices.astype(np.int64),
        label_names=tuple(str(number) for number in numbers),
    )


def read_arrays(path: Path, *, most: int = _MEMBERS_LIMIT) -> dict[str, NDArray[Any]]:
    """Read the arrays of an .npz. Each is checked before memory is allocated for it; pickled objects are refused.

    Args:
        path: The file.
        most: The largest number of arrays that the file may hold.

    Raises:
        DataFault: The file is missing, damaged, or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > most:
                raise DataFault(f"“{path}” holds {len(members)} arrays; {most} at most are read.")
            if sum(member.file_size for member in members) > FILE_LIMIT:
                raise DataFault(f"“{path}” unpacks to more than the {FILE_LIMIT / 2**30:.0f} GB that are read.")
            result = {}
            for member in members:
                with archive.open(member) as file:
                    result[member.filename.removesuffix(".npy")] = _array(file, member.file_size)
            return result
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except DataFault:
        raise
    except Exception as error:
        # NumPy parses the header of an array as Python, and zipfile unpacks it: damaged ones raise nearly anything.
        raise DataFault(f"“{path}” is no readable .npz file: it is damaged or of another form.") from error


def _array(file: Any, size: int) -> NDArray[Any]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError("unknown version")
    wanted = math.prod(shape) * dtype.itemsize
    if dtype.hasobject or wanted > size or (fortran and len(shape) > 1):
        raise ValueError("no plain array")
    data = file.read(wanted)
    if len(data) != wanted:
        raise ValueError("too short")
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def _labels(arrays: Arrays, path: Path) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    labels = arrays["labels"]
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataFault(f"The labels in “{path}” are {labels.dtype} {labels.shape}, not whole numbers in a row.")
    if len(labels) == 0:
        raise DataFault(f"“{path}” holds no sample.")
    labels = labels.astype(np.int64)
    if "label_names" not in arrays:
        numbers, indices = np.unique(labels, return_inverse=True)
        return indices.astype(np.int64), tuple(str(number) for number in numbers)
    names = _texts(arrays["label_names"], "label_names", path)
    wrong = np.flatnonzero((labels < 0) | (labels >= len(names)))
    if len(wrong):
        raise DataFault(f"Row {wrong[0]} of “{path}” has the label {labels[wrong[0]]}, but {len(names)} are named.")
    return labels, names


def _writers(arrays: Arrays, path: Path, count: int) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    for key in ("writer", "user"):
        if key not in arrays:
            continue
        writers = arrays[key]
        if writers.shape != (count,) or writers.dtype.kind not in "iu":
            raise DataFault(f"“{key}” in “{path}” is {writers.dtype} {writers.shape}, not one number for each sample.")
        if f"{key}_names" in arrays:
            names = _texts(arrays[f"{key}_names"], f"{key}_names", path)
            wrong = np.flatnonzero((writers < 0) | (writers >= len(names)))
            # An empty list of names is allowed: the writers are then distinguished by their numbers alone.
            if names and len(wrong):
                row = int(wrong[0])
                raise DataFault(f"Row {row} of “{path}” has “{key}” {writers[row]}, but there are {len(names)} names.")
            return writers.astype(np.int64), names
        return writers.astype(np.int64), ()
    return None, ()


def _texts(names: NDArray[Any], key: str, path: Path) -> tuple[str, ...]:
    if names.ndim != 1 or names.dtype.kind != "U":
        raise DataFault(f"“{key}” in “{path}” is {names.dtype} {names.shape}, not texts in a row.")
    texts = tuple(str(name) for name in names)
    if len(set(texts)) != len(texts) or "" in texts:
        raise DataFault(f"“{key}” in “{path}” names a class twice, or has one without a name.")
    return texts


def _images(arrays: Arrays, path: Path) -> NDArray[Any]:
    if "images" in arrays:
        return arrays["images"]
    packed, shape = arrays["images_packed"], arrays.get("shape")
    if packed.dtype != np.uint8 or packed.ndim != 2 or shape is None or shape.shape != (2,):
        raise DataFault(f"The packed pictures in “{path}” are not rows of bytes with a “shape”.")
    height, width = (int(side) for side in shape)
    if not (0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE) or packed.shape[1] * 8 < height * width:
        raise DataFault(f"The packed pictures in “{path}” do not fit their shape {height} x {width}.")
    bits = np.unpackbits(packed, axis=1, count=height * width)
    images: NDArray[np.uint8] = bits.reshape(-1, height, width) * np.uint8(255)
    return images


def _check_images(images: NDArray[Any], count: int, path: Path) -> None:
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataFault(f"The pictures in “{path}” are {images.dtype} {images.shape}; uint8 [N, H, W] is needed.")
    if len(images) != count:
        raise DataFault(f"“{path}” has {len(images)} pictures but {count} labels.")
    if not all(0 < side <= LARGEST_SIDE for side in images.shape[1:]):
        raise DataFault(f"The pictures in “{path}” are {images.shape[1]} x {images.shape[2]} pixels large.")


class _OnPaper(Sequence[Paths | Picture]):
    """Pictures with dark ink on light paper; the paper is removed when a picture is accessed."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, row: Any) -> Any:
        return ink_of_picture(Image.fromarray(self._images[row]))


def _ink_without_paper(images: NDArray[np.uint8]) -> Sequence[Paths | Picture]:
    """Return the pictures as bright ink on black; they are converted if the median pixel on their edges is light."""
    edges = np.concatenate([images[:, side].ravel() for side in (0, -1)])
    edges = np.concatenate([edges, *(images[:, :, side].ravel() for side in (0, -1))])
    return _OnPaper(images) if len(edges) and np.median(edges) > _LIGHT else list(images)


def _stroke_ink(arrays: Arrays, count: int, path: Path) -> StrokeInk:
    try:
        xy, stroke_end, sample_end = arrays["xy"], arrays["stroke_end"], arrays["sample_end"]
    except KeyError as error:
        raise DataFault(f"“{path}” has strokes but no array “{error.args[0]}”.") from error
    if xy.ndim != 2 or xy.shape[1] != 2 or xy.dtype.kind not in "iuf":
        raise DataFault(f"“xy” in “{path}” is {xy.dtype} {xy.shape}; numbers [P, 2] are needed.")
    if len(sample_end) != count:
        raise DataFault(f"“{path}” has {len(sample_end)} samples but {count} labels.")
    _check_ends(stroke_end, len(xy), "stroke_end", path)
    _check_ends(sample_end, len(stroke_end), "sample_end", path)
    unusable = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(unusable):
        row = np.searchsorted(sample_end, np.searchsorted(stroke_end, unusable[0], side="right"), side="right")
        raise DataFault(f"Row {row} of “{path}” cannot be drawn: a coordinate in it is no number.")
    return StrokeInk(xy, stroke_end, sample_end)


def _check_ends(ends: NDArray[Any], total: int, key: str, path: Path) -> None:
    if ends.ndim != 1 or ends.dtype.kind not in "iu" or len(ends) == 0:
        raise DataFault(f"“{key}” in “{path}” is {ends.dtype} {ends.shape}, not whole numbers in a row.")
    wrong = np.flatnonzero(np.diff(ends.astype(np.int64), prepend=0) <= 0)
    if len(wrong):
        raise DataFault(f"“{key}” in “{path}” does not grow at row {wrong[0]}: a stroke or sample there is empty.")
    if int(ends[-1]) != total:
        raise DataFault(f"“{key}” in “{path}” ends at {ends[-1]}, but there are {total}.")


def _idx(path: Path) -> NDArray[np.uint8]:
    """Read the array of an IDX file of bytes, which may be packed by gzip."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                data = _read_packed(file, path)
        else:
            data = read_limited(path, FILE_LIMIT)
    except FileFault as error:
        raise DataFault(str(error)) from error
    except (OSError, EOFError, zlib.error) as error:
        text = reason(error) if isinstance(error, OSError) and error.strerror else "it is damaged"
        raise DataFault(f"“{path}” cannot be read: {text}.") from error
    dimensions = data[3] if len(data) >= 4 else 0
    start = 4 + 4 * dimensions
    if data[:3] != b"\0\0\x08" or not 1 <= dimensions <= 3 or len(data) < start:
        raise DataFault(f"“{path}” is no IDX file of bytes.")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    if math.prod(shape) != len(data) - start or len(data) == start:
        raise DataFault(f"“{path}” is cut off: its header announces {' x '.join(map(str, shape))} bytes.")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _read_packed(file: BinaryIO | gzip.GzipFile, path: Path) -> bytes:
    """Read at most `FILE_LIMIT` bytes.

    Raises:
        DataFault: There are more.
    """
    data = file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise DataFault(f"“{path}” unpacks to more than the {FILE_LIMIT / 2**30:.0f} GB that are read.")
    return data
