"""Picture files are opened upright or refused with a message."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitvision.files import FileFault
from digitvision.ink.picture import (
    FORMATS,
    MAX_PIXELS,
    PictureFault,
    has_more_pages,
    ink_of_picture,
    open_picture,
    pages_of,
    picture_from_bytes,
)
from tests.ink.drawn_pictures import picture, read

EXIF_ORIENTATION = 0x0112


@pytest.mark.parametrize("form", FORMATS)
def test_all_formats_open_upright(form: str, tmp_path: Path) -> None:
    path = tmp_path / "bild ✎.bin"
    image = picture(7, size=120).convert("RGB")
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    if form == "BMP":
        image.save(path, form)
    else:
        # Orientation 6: the camera lay on its side, and the viewer turns the picture clockwise.
        image.transpose(Image.Transpose.ROTATE_90).save(path, form, exif=exif)

    opened = open_picture(path)
    assert opened.size == image.size
    np.testing.assert_allclose(read(opened), read(image), atol=0.35)
    assert np.abs(read(opened) - read(image)).mean() < 0.02


@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_off_picture_is_refused(form: str) -> None:
    file = BytesIO()
    picture(7, size=120).convert("RGB").save(file, form)
    data = file.getvalue()

    for share in (0.02, 0.3, 0.6, 0.9):
        sentence = refusal(data[: int(len(data) * share)])
        assert "damaged" in sentence or "no PNG" in sentence


@pytest.mark.parametrize("data", [b"", b"x", b"<svg/>", b"%PDF-1.4", b"GIF89a" + bytes(50), b"%!PS-Adobe-3.0 EPSF-3.0"])
def test_content_that_is_no_picture_is_refused(data: bytes) -> None:
    assert "no PNG, JPEG, BMP, TIFF or WebP" in refusal(data)


@pytest.mark.parametrize("side", [9_000, 13_000, 60_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert side * side > MAX_PIXELS
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )

    assert "pixels" in refusal(data)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with open(path, "wb") as file:
        file.truncate(100 * 2**20)

    with pytest.raises(FileFault, match="64 MB"):
        open_picture(path)


def test_a_missing_picture_is_reported_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="cannot be read"):
        open_picture(tmp_path / "none.png")


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_picture_opens_or_is_refused(form: str, damage: list[tuple[float, int]]) -> None:
    file = BytesIO()
    picture(1, size=40).convert("RGB").save(file, form)
    data = bytearray(file.getvalue())
    for position, value in damage:
        data[int(position * len(data))] = value
    try:
        image = picture_from_bytes(bytes(data), where="a.png")
    except PictureFault as fault:
        assert "“a.png”" in str(fault)  # noqa: PT017 - opened or refused, but nothing else
    else:
        assert np.isfinite(ink_of_picture(image)).all()


def refusal(data: bytes) -> str:
    """Return the message with which a picture is refused."""
    with pytest.raises(PictureFault) as caught:
        picture_from_bytes(data, where="bïld.png")
    sentence = str(caught.value)
    assert "“bïld.png”" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def written(image: Image.Image, form: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("dpi", "size"),
    [
        ((600, 200), (30, 120)),
        ((200, 600), (90, 40)),
        ((204, 98), (30, 83)),
        ((300, 300), (30, 40)),
        ((204, 196), (30, 40)),
        ((1, 600), (30, 40)),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "TIFF", "JPEG", "BMP"])
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_resolutions_that_differ_across_and_down_give_square_pixels(
    form: str, mode: str, dpi: tuple[int, int], size: tuple[int, int]
) -> None:
    data = written(Image.new("RGB", (30, 40), "white").convert(mode), form, dpi=dpi)

    opened = picture_from_bytes(data, where="a").size

    assert opened == pytest.approx(size, abs=1)


def test_a_page_that_is_cut_off_counts_and_is_refused() -> None:
    page = Image.new("L", (60, 60), 255)
    data = written(page, "TIFF", save_all=True, append_images=[page] * 3)[: 60 * 60 * 3]

    assert pages_of(picture_from_bytes(data, where="a")) == 4
    with pytest.raises(PictureFault, match="“a” is cut off or damaged"):
        picture_from_bytes(data, where="a", page=4)


def test_a_file_of_very_many_pages_says_that_it_has_more(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Image.new("L", (9, 9), 255)
    data = written(page, "TIFF", save_all=True, append_images=[page] * 4)
    monkeypatch.setattr("digitvision.ink.picture.MOST_PAGES", 4)
    few = picture_from_bytes(data, where="a")
    monkeypatch.setattr("digitvision.ink.picture.MOST_PAGES", 5)
    all_of_them = picture_from_bytes(data, where="a", page=5)

    assert (pages_of(all_of_them), has_more_pages(all_of_them)) == (5, False)
    monkeypatch.setattr("digitvision.ink.picture.MOST_PAGES", 4)
    assert (pages_of(few), has_more_pages(few)) == (4, True)
    with pytest.raises(PictureFault, match="no page 5"):
        picture_from_bytes(data, where="a", page=5)


def test_resolutions_are_found_wherever_a_file_has_them() -> None:
    picture = Image.new("L", (30, 60), 255)
    exif = Image.Exif()
    exif.update({282: 100.0, 283: 400.0})
    png = written(picture, "PNG")
    chunk = b"pHYs" + struct.pack(">IIB", 100, 400, 0)
    chunk = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    place = png.index(b"IDAT") - 4
    files = {
        "PNG without a unit": png[:place] + chunk + png[place:],
        "TIFF without a unit": written(picture, "TIFF", tiffinfo={282: 100.0, 283: 400.0, 296: 1}),
        "WebP": written(picture, "WEBP", exif=exif),
        "JPEG": written(picture, "JPEG", exif=exif),
        "PNG": written(picture, "PNG", exif=exif),
    }

    assert {name: picture_from_bytes(data, where="a").size for name, data in files.items()} == dict.fromkeys(
        files, (120, 60)
    )


def test_a_picture_is_made_square_before_it_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    data = written(Image.new("RGB", (30, 40), "white"), "PNG", dpi=(600, 200), exif=exif)

    assert picture_from_bytes(data, where="a").size == (120, 30)


def test_the_pages_of_a_file_are_counted_without_thumbnails() -> None:
    pages = [Image.new("L", (30, 40), shade) for shade in (255, 200, 100)]
    several = written(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}
    with_copy = written(pages[0], "TIFF", save_all=True, append_images=pages[1:2])

    assert pages_of(picture_from_bytes(several, where="a")) == 3
    assert picture_from_bytes(several, where="a").getpixel((0, 0)) == 255
    assert pages_of(picture_from_bytes(with_copy, where="a")) == 1
    assert [picture_from_bytes(several, where="a", page=page).getpixel((0, 0)) for page in (1, 2, 3)] == [255, 200, 100]
    with pytest.raises(PictureFault, match="no page 2"):
        picture_from_bytes(with_copy, where="a", page=2)
    with pytest.raises(PictureFault, match="no page 0"):
        picture_from_bytes(several, where="a", page=0)
    assert pages_of(picture_from_bytes(written(pages[0], "PNG"), where="a")) == 1
