"""Separating ink from paper, on drawn pictures and on photographs simulated from light, noise and pencil."""

import functools
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.picture import (
    WORKING_SIDE,
    ink_of_picture,
    picture_from_bytes,
)
from digitvision.ink.raster import rasterize, rasterize_picture
from tests.ink.drawings import DIGITS, mnist_test_images, sample_drawing
from tests.ink.drawn_pictures import picture, read

pytestmark = pytest.mark.slow


def photograph(
    glyph: Image.Image | None, *, contrast: float, noise: float, falloff: float, chalk: bool = False
) -> Image.Image:
    """Return a glyph on a sheet under uneven light, through a noisy camera and JPEG."""
    height, width = 700, 900
    pencil = np.zeros((height, width))
    if glyph is not None:
        ink = 1 - np.asarray(glyph.convert("L")) / 255
        pencil[100 : 100 + ink.shape[0], 250 : 250 + ink.shape[1]] = ink
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    light = 0.9 - falloff * (0.6 * x + 0.2 * y + 0.4 * (x - 0.5) ** 2)
    tones = light * (0.15 + contrast * pencil if chalk else 1 - contrast * pencil)
    tones = tones + noise * np.random.default_rng(11).standard_normal(tones.shape)
    return encoded(Image.fromarray((np.clip(tones, 0, 1) * 255).astype(np.uint8)), "JPEG", quality=80)


def encoded(image: Image.Image, form: str, **options: object) -> Image.Image:
    file = BytesIO()
    image.save(file, form, **options)
    return picture_from_bytes(file.getvalue(), where="a")


def mean_difference(image: Image.Image, digit: int) -> float:
    return mean_difference_of_ink(ink_of_picture(image), digit)


def mean_difference_of_ink(ink: NDArray[np.float32], digit: int) -> float:
    return float(np.abs(rasterize_picture(ink) - rasterize(sample_drawing(digit).strokes)).mean())


@functools.cache
def plain_ink(digit: int) -> NDArray[np.float32]:
    return ink_of_picture(picture(digit))


def test_mnists_pictures_come_out_unchanged() -> None:
    largest = 0.0
    for image in mnist_test_images(500):
        ink = ink_of_picture(Image.fromarray(image))
        assert ink.dtype == np.float32
        largest = max(largest, float(np.abs(ink - image / 255).max()))
    print(f"\n500 MNIST pictures: largest difference {largest:.6f}")

    assert largest <= 1 / 255


def test_mnist_dark_on_light_is_the_same() -> None:
    for image in mnist_test_images(50):
        np.testing.assert_allclose(ink_of_picture(Image.fromarray(255 - image)), image / 255, atol=1 / 255)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize(
    ("ink", "paper"),
    [("#000000", "#ffffff"), ("#f0f0a0", "#202830"), ("#1a3c9c", "#fdf6e3"), ("#000000", None), ("#ffffff", None)],
)
def test_a_drawn_picture_keeps_its_soft_edges(digit: int, ink: str, paper: str | None) -> None:
    plain = plain_ink(digit)
    found = ink_of_picture(picture(digit, ink=ink, paper=paper))
    expected = 1 - np.asarray(picture(digit).convert("L"), dtype=np.float32) / 255

    np.testing.assert_allclose(plain, expected, atol=1 / 255)
    np.testing.assert_allclose(found, expected, atol=0.03)


@pytest.mark.parametrize("size", [60, 300, 1000, 3000])
def test_the_pictures_size_hardly_matters(size: int) -> None:
    assert mean_difference(picture(5, size=size), 5) <= (0.03 if size < 100 else 0.01)


def test_a_huge_picture_is_reduced() -> None:
    ink = ink_of_picture(picture(2, size=4000))

    assert max(ink.shape) == WORKING_SIDE
    assert ink.max() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("digit", [0, 2, 5, 8])
@pytest.mark.parametrize(
    ("contrast", "noise", "falloff"), [(0.8, 0.02, 0.3), (0.8, 0.05, 0.5), (0.25, 0.02, 0.3), (0.15, 0.01, 0.2)]
)
def test_a_photograph_reads_like_the_drawing(digit: int, contrast: float, noise: float, falloff: float) -> None:
    image = photograph(picture(digit), contrast=contrast, noise=noise, falloff=falloff)
    ink = ink_of_picture(image)

    assert mean_difference_of_ink(ink, digit) <= 0.03
    # Faint pencil comes to full contrast, and the sheet around it to nothing.
    assert np.quantile(ink[ink > 0.5], 0.5) > 0.9
    assert not ink[:80].any()
    assert not ink[:, :200].any()


@pytest.mark.parametrize("table", [0.05, 0.3])
@pytest.mark.parametrize("noise", [0.005, 0.02])
def test_the_table_under_the_sheet_is_no_ink(table: float, noise: float) -> None:
    sheet = np.asarray(picture(7, size=300).convert("L")) / 255
    tones = np.full((500, 600), table)
    tones[60:440, 90:510] = 0.9
    tones[100:400, 200 : 200 + sheet.shape[1]] = 0.9 * sheet
    tones = tones + noise * np.random.default_rng(3).standard_normal(tones.shape)
    image = Image.fromarray((np.clip(tones, 0, 1) * 255).astype(np.uint8))

    assert mean_difference(image, 7) < 0.03


@pytest.mark.parametrize("digit", [2, 5, 7])
@pytest.mark.parametrize("power", [1, 2])
def test_a_bright_corner_does_not_swap_ink_and_paper(digit: int, power: int) -> None:
    ink = 1 - np.asarray(picture(digit, size=400).convert("L")) / 255
    pencil = np.zeros((500, 600))
    pencil[50:450, 100 : 100 + ink.shape[1]] = ink
    y, x = np.mgrid[0 : 1 : 500 * 1j, 0 : 1 : 600 * 1j]
    # Most of the sheet lies in half light; the lamp's corner deviates from that more than the ink does.
    tones = (0.45 + 0.5 * (x * (1 - y)) ** power) * (1 - 0.7 * pencil)
    tones = tones + 0.01 * np.random.default_rng(4).standard_normal(tones.shape)
    image = Image.fromarray((np.clip(tones, 0, 1) * 255).astype(np.uint8))

    assert mean_difference(image, digit) <= 0.03


def test_chalk_on_a_board_reads_like_the_drawing() -> None:
    image = photograph(picture(3), contrast=0.6, noise=0.02, falloff=0.2, chalk=True)

    assert mean_difference(image, 3) <= 0.03


@pytest.mark.parametrize(
    ("noise", "falloff"), [(0, 0.5), (0.003, 0.1), (0.01, 0), (0.02, 0.3), (0.05, 0.5), (0.1, 0.3)]
)
@pytest.mark.parametrize("chalk", [False, True])
def test_blank_paper_gives_nothing(noise: float, falloff: float, chalk: bool) -> None:
    assert not ink_of_picture(photograph(None, contrast=0.5, noise=noise, falloff=falloff, chalk=chalk)).any()


# The noise is the same at every run, as rare noise looks like ink.
@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.sampled_from([(60, 60), (200, 150), (640, 480)]), st.floats(0, 0.1), st.integers(0, 10_000))
def test_small_blank_snapshots_give_nothing(size: tuple[int, int], noise: float, seed: int) -> None:
    width, height = size
    light = 0.8 - 0.3 * np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].mean(axis=0)
    tones = light + noise * np.random.default_rng(seed).standard_normal((height, width))

    assert not ink_of_picture(Image.fromarray((np.clip(tones, 0, 1) * 255).astype(np.uint8))).any()


@pytest.mark.parametrize(
    ("ink", "paper"), [((220, 0, 0), (0, 112, 0)), ((0, 0, 255), (29, 29, 29)), ((80, 80, 80), (0, 136, 0))]
)
def test_colours_of_one_brightness_are_separated(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    mask = picture(3).convert("L").point(lambda tone: 255 - tone)
    page = Image.composite(Image.new("RGB", mask.size, ink), Image.new("RGB", mask.size, paper), mask)
    assert np.ptp(np.asarray(page.convert("L")).astype(int)) <= 4

    assert mean_difference(page, 3) <= 0.03


@pytest.mark.parametrize("noise", [3, 10, 25])
def test_coloured_noise_is_no_ink(noise: int) -> None:
    tones = np.array([200, 180, 150]) + noise * np.random.default_rng(noise).standard_normal((240, 320, 3))

    assert not ink_of_picture(Image.fromarray(np.clip(tones, 0, 255).astype(np.uint8))).any()


@given(st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV"]), st.integers(0, 255))
def test_a_picture_of_one_colour_gives_nothing(mode: str, tone: int) -> None:
    image = Image.new("L", (40, 30), tone).point(lambda value: 255 if value > 127 else 0) if mode == "1" else None
    image = image or Image.new("L", (40, 30), tone)
    if mode == "HSV":
        image = image.convert("RGB")

    ink = ink_of_picture(image.convert(mode))
    assert ink.shape == (30, 40)
    assert not ink.any()


@pytest.mark.parametrize("alpha", [0, 100, 255])
def test_an_evenly_transparent_picture_gives_nothing(alpha: int) -> None:
    assert not ink_of_picture(Image.new("RGBA", (20, 30), (10, 20, 30, alpha))).any()


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (1, 1), (1, 300), (300, 1), (2, 2), (5000, 1)])
def test_pictures_of_any_shape_are_taken(size: tuple[int, int]) -> None:
    ink = ink_of_picture(Image.new("L", size, 255))

    assert not ink.any()
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    if noise.size:
        assert np.isfinite(ink_of_picture(Image.fromarray(noise))).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1), st.sampled_from(["L", "LA", "RGB", "RGBA"]))
def test_any_pixels_give_ink_from_zero_to_one(width: int, height: int, seed: int, mode: str) -> None:
    bands = len(mode)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, bands), dtype=np.uint8)
    image = Image.merge(mode, [Image.fromarray(pixels[:, :, band]) for band in range(bands)])
    ink = ink_of_picture(image)

    assert ink.shape == (height, width)
    assert ink.dtype == np.float32
    assert ((ink >= 0) & (ink <= 1)).all()


@pytest.mark.parametrize("full", [255, 65535])
def test_deep_and_floating_pictures_read_like_plain_ones(full: int) -> None:
    plain = np.asarray(picture(4).convert("L"))
    expected = ink_of_picture(Image.fromarray(plain))
    scaled = plain.astype(np.float64) / 255 * full

    deep = [Image.fromarray(scaled.astype(np.float32)), Image.fromarray((scaled + 0.5).astype(np.int32))]
    if full > 255:
        deep.append(Image.fromarray((scaled + 0.5).astype(np.uint16)))
    for image in deep:
        np.testing.assert_allclose(ink_of_picture(image), expected, atol=0.02)


def test_not_a_number_and_infinity_do_no_harm() -> None:
    plain = np.full((30, 30), 0.5, np.float32)
    plain[10:20, 14:16] = 0.0
    values = plain.copy()
    values[11, 14], values[13, 15], values[18, 14] = np.nan, np.inf, -np.inf

    # They become black, like the ink around them.
    np.testing.assert_array_equal(ink_of_picture(Image.fromarray(values)), ink_of_picture(Image.fromarray(plain)))
    assert ink_of_picture(Image.fromarray(plain))[12, 14] == 1


def test_ink_in_the_alpha_channel_alone_is_found() -> None:
    alpha = picture(6, paper=None).getchannel("A")
    image = Image.merge("LA", [Image.new("L", alpha.size, 0), alpha])

    np.testing.assert_allclose(ink_of_picture(image), np.asarray(alpha) / 255, atol=1 / 255)


def test_round_transparent_corners_of_a_page_are_paper() -> None:
    page = picture(6).convert("RGBA")
    mask = np.full((page.height, page.width), 255, np.uint8)
    mask[:12, :12] = mask[-12:, :12] = 0
    page.putalpha(Image.fromarray(mask))

    np.testing.assert_allclose(ink_of_picture(page), ink_of_picture(picture(6)), atol=1 / 255)


@pytest.mark.parametrize("quality", [30, 75])
def test_jpeg_does_not_widen_the_glyphs_box(quality: int) -> None:
    clean = ink_of_picture(picture(1))
    compressed = ink_of_picture(encoded(picture(1), "JPEG", quality=quality))

    for axis in (0, 1):
        assert abs(extent(clean, axis) - extent(compressed, axis)) <= 6
    assert mean_difference(encoded(picture(1), "JPEG", quality=quality), 1) <= 0.01


def extent(ink: NDArray[np.float32], axis: int) -> int:
    """Return the length of the inked box along an axis."""
    return int(np.ptp(np.flatnonzero(ink.any(axis=1 - axis))))


def test_specks_do_not_enlarge_the_glyphs_box() -> None:
    page = Image.new("L", (900, 900), 255)
    glyph = picture(8).convert("L")
    page.paste(glyph, (200, 200))
    clean = read(page)
    pixels = np.array(page)
    for row, column in ((10, 10), (880, 40), (450, 890)):
        pixels[row : row + 3, column : column + 3] = 0

    np.testing.assert_array_equal(read(Image.fromarray(pixels)), clean)


def test_a_dot_that_belongs_to_the_ink_is_kept() -> None:
    pixels = np.full((300, 300), 255, np.uint8)
    pixels[100:280, 140:160] = 0
    pixels[50:70, 140:160] = 0

    np.testing.assert_array_equal(ink_of_picture(Image.fromarray(pixels)) > 0.5, pixels == 0)


def test_a_ring_that_the_picture_cuts_on_its_sides_is_no_table() -> None:
    down, across = np.mgrid[-100:101, -48:49]
    ring = np.hypot(down / 2, across)
    tones = np.where((ring < 52) & (ring > 43), 0, 255).astype(np.uint8)

    ink = ink_of_picture(Image.fromarray(tones))

    assert np.array_equal(ink > 0.5, tones == 0)


@pytest.mark.parametrize("digit", [0, 2, 5, 6, 8])
@pytest.mark.parametrize("cut", [0, 3])
def test_a_digit_that_was_cropped_closely_is_no_table(digit: int, cut: int) -> None:
    tones = np.asarray(picture(digit, size=120).convert("L"))
    rows, columns = np.nonzero(tones < 128)
    close = tones[rows.min() + cut : rows.max() + 1 - cut, columns.min() + cut : columns.max() + 1 - cut]

    ink = ink_of_picture(Image.fromarray(close))

    assert ink.sum() == pytest.approx((255.0 - close).sum() / 255, rel=0.05)
