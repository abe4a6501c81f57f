"""A page as SVG: ink as curves, values beside it, and text that is found and not seen; and where all of it stands."""

import itertools
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.ink.drawing_settings import PAPER_SPACING
from digitvision.ink.export import MARGIN
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.page_rows import cleaned, export_rows
from digitvision.recognition.page_export.page_svg import Background, page_svg
from digitvision.recognition.page_export.picture_layout import PagePicture, picture_of
from digitvision.recognition.page_export.sheets import MOST_SHEETS, sheets_of
from digitvision.recognition.prediction import Reading
from tests.ink.drawings import drawings_with_ink
from tests.recognition.page_export.pages import (
    FORTY_SIX,
    GLYPH,
    HOSTILE,
    SEVEN,
    SOLUTIONS,
    column_page,
    inked,
    page,
    page_of,
    row_of,
)

_SVG = "{http://www.w3.org/2000/svg}"


def _picture(reading: Reading, values: list[Value | None] | None = None, *, with_values: bool = True) -> PagePicture:
    drawing, reading = inked(reading)
    return picture_of(drawing, export_rows(reading, values or ()), pen_width=10, with_values=with_values)


def _root(picture: PagePicture, **options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(page_svg(picture, **{"size": 1000, **options}))


# --- where everything stands ----------------------------------------------------------------------------------------


def test_a_value_stands_behind_the_equals_sign_and_covers_nothing() -> None:
    picture = _picture(page("3 + 4 =", "x ^ { 2 } = 4", "1 + 6 ="), [SEVEN, SOLUTIONS, SEVEN])

    assert [value.text for value in picture.values] == ["7", "7"]
    for value, row in zip(picture.values, (0, 2), strict=True):
        assert value.box.left >= 4 * GLYPH
        assert value.box.top < row * 100 + GLYPH / 2 < value.box.bottom
    assert picture.bounds is not None
    assert picture.bounds.right == picture.values[0].box.right
    assert _picture(page("3 + 4 ="), [SEVEN], with_values=False).values == ()


def test_the_value_of_a_row_that_is_not_sure_does_not_look_certain() -> None:
    doubtful = row_of("3 + 4 =", sure=False, confidence=0.2)
    doubtful = replace(doubtful, reading=replace(doubtful.reading, likely=False))

    (value,) = _picture(page_of(doubtful, row_of("2 + 5 =", 1)), [SEVEN, SEVEN]).values
    assert value.box.top + value.box.bottom > 200.0
    assert [text.text for text in _picture(page_of(doubtful), [SEVEN]).texts] == ["3+4="]


def test_a_sum_is_as_certain_as_the_numbers_above_it() -> None:
    unsure = row_of("4", 2, sure=False, confidence=0.2)
    unsure = replace(unsure, reading=replace(unsure.reading, likely=False))
    first, rule = (row_of("3 + 4 =", 0), row_of("3", 1)), row_of("-", 3)

    assert [
        value.text for value in _picture(page_of(*first, row_of("4", 2), rule), [None, None, None, SEVEN]).values
    ] == ["7"]
    assert _picture(page_of(*first, unsure, rule), [None, None, None, SEVEN]).values == ()
    glyphs = tuple(replace(one, box=Bounds(400.0, 200.0, 460.0, 260.0)) for one in unsure.reading.glyphs)
    apart = replace(unsure, reading=replace(unsure.reading, glyphs=glyphs), box=glyphs[0].box)
    column = (*first, row_of("4", 2), apart, rule)
    assert len(_picture(page_of(*column), [None, None, None, None, SEVEN]).values) == 1


def test_a_value_makes_way_for_a_row_beside_its_own() -> None:
    reading = page("3 + 4 =", "x")
    beside = replace(reading.rows[1], box=Bounds(280.0, 0.0, 400.0, GLYPH))

    picture = _picture(replace(reading, rows=(reading.rows[0], beside)), [SEVEN, None])

    assert picture.values[0].box.left > 400


def test_a_sum_stands_under_its_rule() -> None:
    reading = page("3", "4", "-")

    picture = _picture(reading, [None, None, SEVEN])

    (value,) = picture.values
    assert value.box.right == pytest.approx(reading.rows[2].box.right)
    assert value.box.top > reading.rows[2].box.bottom


def test_the_text_under_a_column_says_nothing_of_its_rule() -> None:
    picture = _picture(column_page("1 2", "+ 3 4"), [None, None, FORTY_SIX])

    assert [text.text for text in picture.texts] == ["12", "+34", "46"]


def test_a_sum_makes_way_for_what_stands_under_its_rule() -> None:
    drawing, reading = inked(column_page("1 2", "3 4", below=("x = 5",)))

    (value,) = picture_of(drawing, export_rows(reading, [None, None, FORTY_SIX, None]), pen_width=10).values

    assert value.box.left > reading.rows[2].box.right
    assert not any(_overlap(value.box, stroke.bounds) for stroke in drawing.strokes)


def test_a_value_becomes_smaller_where_there_is_little_room_beside_it() -> None:
    reading = page("3 + 4 =", "x = 1")
    free = _picture(page("3 + 4 ="), [SEVEN]).values[0].box
    glyphs = tuple(
        replace(one, box=Bounds(one.box.left + 310, one.box.top - 100, one.box.right + 310, one.box.bottom - 100))
        for one in reading.rows[1].reading.glyphs
    )
    beside = replace(
        reading.rows[1], reading=replace(reading.rows[1].reading, glyphs=glyphs), box=Bounds(310.0, 0.0, 480.0, GLYPH)
    )
    drawing, reading = inked(replace(reading, rows=(reading.rows[0], beside)))

    (value,) = picture_of(drawing, export_rows(reading, [SEVEN, None]), pen_width=10).values

    assert 0.5 * free.height <= value.box.height < free.height
    assert value.box.right < 310


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def test_nothing_at_all_has_no_bounds() -> None:
    assert picture_of(Drawing(), (), pen_width=10).bounds is None


# --- SVG ------------------------------------------------------------------------------------------------------------


def test_text_lies_on_its_row_and_is_not_seen() -> None:
    reading = page("3 + 4 =", '"words & <tags>', "a = 1")
    picture = _picture(reading, [SEVEN, None, None])

    root = _root(picture)

    texts = root.findall(f".//{_SVG}text")
    assert [text.text for text in texts] == ["3+4=", "7", "words & <tags>", "a=1"]
    (group,) = [group for group in root.iter(f"{_SVG}g") if group.find(f"{_SVG}text") is not None]
    assert group.get("fill-opacity") == "0"
    assert picture.bounds is not None
    scale = 1000 * (1 - 2 * MARGIN) / picture.bounds.longer_side
    for text, row in ((texts[0], 0), (texts[2], 1), (texts[3], 2)):
        box = reading.rows[row].box
        top = 1000 * MARGIN + (box.top - picture.bounds.top) * scale
        assert top < float(text.get("y", 0)) < top + GLYPH * scale
        assert float(text.get("x", 0)) == pytest.approx(
            1000 * MARGIN + (box.left - picture.bounds.left) * scale, abs=0.1
        )
        assert float(text.get("textLength", 0)) == pytest.approx(box.width * scale, abs=0.1)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_and_titles_survive(text: str) -> None:
    root = _root(_picture(page(f'"{text}')), title=text)

    assert root.findtext(f".//{_SVG}text") == cleaned(text)
    assert root.findtext(f"{_SVG}title") == cleaned(text)


def test_ink_keeps_the_width_that_the_pen_had() -> None:
    stroke = Stroke.of([(0, 0, 0, 0.1), (50, 9, 5, 0.5), (90, 0, 9, 1.0)])

    root = _root(picture_of(Drawing((stroke,)), (), pen_width=10))

    widths = [float(path.get("stroke-width", 0)) for path in root.iter(f"{_SVG}path")]
    assert max(widths) > 1.5 * min(widths) > 0


@pytest.mark.slow
@settings(max_examples=20)
@given(drawings_with_ink)
def test_every_drawing_fits_into_its_picture(drawing: Drawing) -> None:
    root = _root(picture_of(drawing, (), pen_width=10), size=300)

    width, height = (float(root.get(side, 0)) for side in ("width", "height"))
    assert max(width, height) <= 300
    numbers = [
        tuple(map(float, pair))
        for path in root.iter(f"{_SVG}path")
        for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
    ]
    # Control points of a curve may lie a little outside of it.
    assert all(-30 <= x <= width + 30 and -30 <= y <= height + 30 for x, y in numbers)


@pytest.mark.parametrize(("pattern", "pieces"), [("ruled", "H"), ("squared", "HV"), ("dotted", "h")])
def test_the_papers_pattern_lies_behind_the_ink(pattern: str, pieces: str) -> None:
    picture = _picture(page("3 + 4 = 7"))
    root = _root(picture, paper=pattern)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))

    tags = [child.tag.removeprefix(_SVG) for child in root]
    assert tags.index("path") < tags.index("g")
    lines = root.find(f"{_SVG}path")
    assert lines is not None
    data = lines.get("d", "")
    assert set(re.findall("[A-Za-z]", data)) == {"M", *pieces}
    starts = [tuple(map(float, one.split())) for one in re.findall(r"M([\d. ]+)", data)]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in starts)
    # Through the drawing's origin, and in equal steps from edge to edge.
    assert picture.bounds is not None
    scale = 1000 * (1 - 2 * MARGIN) / picture.bounds.longer_side
    rows = sorted({y for _, y in starts if y})
    assert min(abs(y - (MARGIN * 1000 - picture.bounds.top * scale)) % (PAPER_SPACING * scale) for y in rows) < 0.02
    assert [b - a for a, b in itertools.pairwise(rows)] == pytest.approx(
        [PAPER_SPACING * scale] * (len(rows) - 1), abs=0.02
    )
    assert rows[0] < PAPER_SPACING * scale
    assert rows[-1] > height - PAPER_SPACING * scale


def test_a_pattern_that_would_only_be_grey_is_left_out() -> None:
    reading = page("x", "y")
    far = replace(reading.rows[1], box=Bounds(0.0, 90000.0, 60.0, 90060.0))
    drawing = Drawing((*inked(reading)[0].strokes, inked(page("x"))[0].strokes[0].moved(scale=1.0, dx=0, dy=90000.0)))
    picture = picture_of(drawing, export_rows(replace(reading, rows=(reading.rows[0], far))), pen_width=10)

    assert _root(picture, paper="squared").find(f"{_SVG}path") is None
    assert _root(_picture(page("x")), paper="blank").find(f"{_SVG}path") is None


def test_a_picture_that_was_read_lies_behind_its_text() -> None:
    reading = page('"seen')
    whole = Bounds(0.0, 0.0, 400.0, 300.0)
    picture = picture_of(Drawing(), export_rows(reading), pen_width=10, background=whole)

    root = _root(picture, background=Background(b"\x89PNG", whole))

    image = root.find(f"{_SVG}image")
    assert image is not None
    assert float(image.get("width", 0)) == pytest.approx(1000 * (1 - 2 * MARGIN))
    assert root.findtext(f".//{_SVG}text") == "seen"


def test_a_size_that_no_picture_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="pixels a side"):
        _root(_picture(page("x")), size=0)


# --- sheets ---------------------------------------------------------------------------------------------------------

_spans = st.lists(st.tuples(st.floats(0, 5000), st.floats(0.5, 400)), min_size=1, max_size=25)


@pytest.mark.slow
@given(_spans, st.floats(100, 900))
def test_sheets_hold_everything_once_and_part_nothing_that_fits(
    spans: list[tuple[float, float]], height: float
) -> None:
    boxes = [Bounds(0.0, top, 10.0, top + high) for top, high in spans]
    bounds = Bounds(0.0, min(box.top for box in boxes), 10.0, max(box.bottom for box in boxes))

    sheets = sheets_of(bounds, boxes, height)

    assert all(0 < sheet.height <= height + 1e-6 for sheet in sheets)
    assert all(one.bottom <= other.top + 1e-6 for one, other in itertools.pairwise(sheets))
    for box in boxes:
        covered = sum(max(min(box.bottom, sheet.bottom) - max(box.top, sheet.top), 0.0) for sheet in sheets)
        assert covered == pytest.approx(box.height, abs=1e-6)


def test_rows_stay_whole_and_empty_paper_is_left_out() -> None:
    boxes = [Bounds(0.0, top, 10.0, top + 60) for top in (0.0, 80.0, 160.0, 5000.0)]

    sheets = sheets_of(Bounds(0.0, 0.0, 10.0, 5060.0), boxes, 200.0)

    assert [(sheet.top, sheet.bottom) for sheet in sheets] == [(0.0, 140.0), (160.0, 220.0), (5000.0, 5060.0)]


def test_there_are_not_endlessly_many_sheets() -> None:
    assert len(sheets_of(Bounds(0.0, 0.0, 1.0, 1e9), [Bounds(0.0, 0.0, 1.0, 1e9)], 1.0)) == MOST_SHEETS + 1


def test_a_value_keeps_apart_from_the_width_of_the_pen() -> None:
    reading = page("3 + 4 =")
    drawing, reading = inked(reading)
    value = picture_of(drawing, export_rows(reading, [SEVEN]), pen_width=10).values[0].box
    # A stroke of the row below whose path just misses the value.
    near = Stroke.of([(value.left, value.bottom + 3, 0, 0.5), (value.right, value.bottom + 3, 9, 0.5)])

    (moved,) = picture_of(Drawing((*drawing.strokes, near)), export_rows(reading, [SEVEN]), pen_width=10).values

    assert moved.box.bottom <= near.bounds.top - 5
