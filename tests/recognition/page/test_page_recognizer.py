"""Pages read by the shipped networks: each row as if it were alone, corrections, slices, and bad input."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.page import page_recognizer
from digitvision.recognition.page.page_recognizer import MOST_STROKES, PageRecognizer
from digitvision.recognition.prediction import Reading
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder
from tests.ink.drawings import line
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import row
from tests.recognition.page.sheets import HEIGHT, equation, stacked, strokes_of_rows
from tests.recognition.text.printed import printed

NAMES = ("parabola", "quadratic", "integral")


@pytest.fixture(scope="module")
def recognizer() -> PageRecognizer:
    return PageRecognizer(ModelStore())


def _texts(reading: Reading) -> list[str]:
    return [row.reading.text for row in reading.rows]


def _scaled(drawing: Drawing) -> Drawing:
    bounds = drawing.bounds
    assert bounds is not None
    scale = HEIGHT / bounds.height
    moved = (stroke.moved(scale=scale, dx=-bounds.left * scale, dy=-bounds.top * scale) for stroke in drawing.strokes)
    return Drawing(tuple(moved))


@pytest.mark.slow
def test_each_row_is_read_as_it_is_by_itself(recognizer: PageRecognizer) -> None:
    rows = [equation(name) for name in NAMES]

    reading = recognizer.read(stacked(rows), top=3)

    assert reading.mode == "page"
    assert [row.strokes for row in reading.rows] == strokes_of_rows(rows)
    assert _texts(reading) == [recognizer.equations.read(one, top=1).text for one in rows]
    assert reading.text == "\n".join(_texts(reading))
    assert all(row.reading.mode == "equation" for row in reading.rows)
    tops = [row.box.top for row in reading.rows]
    assert tops == sorted(tops)


def test_percentages_are_read_in_every_row(recognizer: PageRecognizer) -> None:
    reading = recognizer.read(stacked([row("50%"), row("200+10%=")]), top=3)

    assert _texts(reading) == ["50%", "200+10%="]


def test_glyphs_and_trees_of_a_row_have_the_strokes_of_the_whole_page(recognizer: PageRecognizer) -> None:
    page = stacked([equation("parabola"), equation("integral")])

    reading = recognizer.read(page, top=3)

    for one in reading.rows:
        glyphs = sorted(stroke for glyph in one.reading.glyphs for stroke in glyph.strokes)
        assert glyphs == list(one.strokes)
        assert one.reading.tree is not None
        for tree in (one.reading.tree, *one.reading.trees):
            assert sorted(stroke for symbol in tree.symbols for stroke in symbol.strokes) == list(one.strokes)
    assert len(reading.glyphs) == sum(len(one.reading.glyphs) for one in reading.rows)


def test_only_the_row_that_changes_is_read_again(recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    page = stacked([equation(name) for name in NAMES])
    recognizer.read(page, top=3)
    asked: list[int] = []
    read = recognizer.equations.read

    def counted(drawing: Drawing, **how: Any) -> Reading:
        asked.append(len(drawing.strokes))
        return read(drawing, **how)

    monkeypatch.setattr(recognizer.equations, "read", counted)
    bounds = page.bounds
    assert bounds is not None
    last = strokes_of_rows([equation(name) for name in NAMES])[-1]
    box = [page.strokes[index].bounds for index in last]
    right, middle = max(one.right for one in box), float(np.mean([(one.top + one.bottom) / 2 for one in box]))

    reading = recognizer.read(page.with_stroke(line((right + 20, middle), (right + 50, middle))), top=3)

    assert asked == [len(last) + 1]
    assert reading.rows[-1].strokes == (*last, len(page.strokes))


def test_a_page_can_be_read_in_slices(recognizer: PageRecognizer) -> None:
    whole = PageRecognizer.read(recognizer, stacked([equation(name) for name in NAMES], 70.0), top=2)
    fresh = stacked([equation(name) for name in NAMES], 70.0)
    begun = []
    for _ in range(12):
        reading = recognizer.read(fresh, top=2, within_s=0.0)
        begun.append(sum(bool(row.reading.mode) for row in reading.rows))
        if begun[-1] == len(reading.rows):
            break

    assert begun[0] < len(NAMES)
    assert begun == sorted(begun)
    assert _texts(reading) == _texts(whole)


def test_the_row_that_was_written_on_last_is_read_before_all_others(recognizer: PageRecognizer) -> None:
    page = stacked([equation(name) for name in NAMES], 90.0)
    before = recognizer.read(page, top=2)
    assert not before.unfinished
    second, third = (row.strokes for row in before.rows[1:])
    box = before.rows[2].box
    middle = (box.top + box.bottom) / 2
    # The row in between is another one, too: its last stroke is gone, and all that follow have moved up.
    kept = tuple(stroke for index, stroke in enumerate(page.strokes) if index != second[-1])
    changed = Drawing((*kept, line((box.right + 20, middle), (box.right + 50, middle))))

    first = recognizer.read(changed, top=2, within_s=60.0)

    assert [bool(row.reading.mode) for row in first.rows] == [True, False, True]
    assert len(first.rows[2].strokes) == len(third) + 1
    assert first.unfinished
    then = recognizer.read(changed, top=2, within_s=60.0)
    assert all(row.reading.mode for row in then.rows)
    assert not then.unfinished
    assert then.rows[0] is first.rows[0]
    assert then == recognizer.read(changed, top=2)


def test_of_a_page_that_was_opened_the_uppermost_row_is_read_first(recognizer: PageRecognizer) -> None:
    reading = recognizer.read(stacked([equation(name) for name in NAMES], 110.0), top=2, within_s=60.0)

    assert [bool(row.reading.mode) for row in reading.rows] == [True, False, False]
    assert reading.unfinished


def test_corrections_of_rows_and_glyphs_count(recognizer: PageRecognizer) -> None:
    rows = [equation("parabola"), equation("integral")]
    page, (first, second) = stacked(rows), strokes_of_rows(rows)
    glyph = recognizer.read(page, top=3).rows[1].reading.glyphs[0].strokes

    said = Corrections().with_row(first, "line").with_label(glyph, "x")
    reading = recognizer.read(page, top=3, corrections=said)

    assert [one.reading.mode for one in reading.rows] == ["line", "equation"]
    assert next(one for one in reading.rows[1].reading.glyphs if one.strokes == glyph).candidates[0].latex == "x"
    joined = recognizer.read(page, top=3, corrections=Corrections().with_row((*first, *second)))
    assert [one.strokes for one in joined.rows] == [(*first, *second)]


def test_nothing_and_far_too_much_are_no_pages(recognizer: PageRecognizer) -> None:
    assert recognizer.read(Drawing(), top=3) == Reading("page")

    crowd = Drawing(tuple(line((x, 0), (x, 9)) for x in range(MOST_STROKES + 1)))
    refused = recognizer.read(crowd, top=3)
    assert not refused.candidates
    assert refused.refusal == "These are 1,201 strokes, and at most 1,200 can be read as a page."


def test_rows_of_numbers_are_read(recognizer: PageRecognizer) -> None:
    rows = [_scaled(row("407")), _scaled(row("12"))]

    reading = recognizer.read(stacked(rows), top=3)

    assert _texts(reading) == ["407", "12"]


def test_two_rows_are_never_one_that_is_sure(recognizer: PageRecognizer) -> None:
    page = stacked([_scaled(row("407")), _scaled(row("9876543210"))], 40.0)
    lines: LineRecognizer = recognizer.lines

    for reading in (lines.read(page, top=3), recognizer.equations.read(page, top=3)):
        assert not reading.sure
        assert not reading.likely
        assert reading.confidence < 0.1
        assert reading.suggested_mode == "page"


@pytest.mark.slow
def test_a_picture_of_two_rows_is_read_row_by_row(recognizer: PageRecognizer) -> None:
    one, other = (1 - np.asarray(picture(row(text)), np.float32) / 255 for text in ("407", "12"))
    width = max(one.shape[1], other.shape[1])
    ink = np.vstack([np.pad(part, ((10, 10), (0, width - part.shape[1]))) for part in (one, other)]).astype(np.float32)

    alone = recognizer.lines.read_picture(ink, top=3)
    reading = recognizer.read_picture(ink, top=3)

    assert not alone.sure
    assert alone.suggested_mode == "page"
    assert _texts(reading) == ["407", "12"]
    upper, lower = (row.box for row in reading.rows)
    assert upper.bottom <= lower.top
    for found in reading.rows:
        for glyph in found.reading.glyphs:
            assert _inside(glyph.box, found.box)
    assert recognizer.read_picture(np.zeros_like(ink), top=3).rows == ()


@pytest.mark.slow
def test_what_is_said_of_a_glyph_or_a_row_of_a_picture_counts(recognizer: PageRecognizer) -> None:
    one, other = (1 - np.asarray(picture(row(text)), np.float32) / 255 for text in ("407", "12"))
    width = max(one.shape[1], other.shape[1])
    ink = np.vstack([np.pad(part, ((10, 10), (0, width - part.shape[1]))) for part in (one, other)]).astype(np.float32)
    before = recognizer.read_picture(ink, top=3)
    upper, lower = before.rows
    glyph = lower.reading.glyphs[1].box

    labelled = Corrections().with_picture_label(glyph, "7")
    read = recognizer.read_picture(ink, top=3, corrections=labelled)
    assert _texts(read) == ["407", "17"]
    assert [row.box for row in read.rows] == [row.box for row in before.rows]

    wanted = upper.reading.candidates[1].text
    both = labelled.with_picture_text(wanted, upper.box)
    assert _texts(recognizer.read_picture(ink, top=3, corrections=both)) == [wanted, "17"]

    assert _texts(recognizer.read_picture(ink, top=3, corrections=both.without_picture_label(glyph))) == [wanted, "12"]


def _inside(box: Bounds, other: Bounds) -> bool:
    return other.left <= box.left and other.top <= box.top and box.right <= other.right and box.bottom <= other.bottom


def test_remembered_rows_are_limited(recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_recognizer, "_KEPT", 2)
    recognizer.read(stacked([equation(name) for name in NAMES], 80.0), top=2)
    assert len(recognizer._known) <= 2


def test_a_tap_beside_a_row_or_by_itself_is_never_sure(recognizer: PageRecognizer) -> None:
    tap = line((900, 50), (901, 51))
    page = stacked([equation("parabola")])

    for drawing in (page.with_stroke(tap), Drawing((tap,))):
        last = next(one for one in recognizer.read(drawing, top=1).rows if len(drawing.strokes) - 1 in one.strokes)
        assert len(last.strokes) == 1
        assert not last.reading.sure
        assert not last.reading.likely


def test_a_knot_is_refused_with_a_sentence(recognizer: PageRecognizer) -> None:
    rng = np.random.default_rng(1)
    knot = Drawing(tuple(line(*rng.uniform(0, 300, (2, 2)).tolist()) for _ in range(200)))

    refused = recognizer.read(knot, top=1)

    assert not refused.candidates
    assert refused.rows == ()
    assert "on top of each other" in refused.refusal


@pytest.mark.parametrize(("first", "rows"), [("=", 1), ("x", 1), ("-", 2)])
def test_a_row_goes_on_at_an_equality_sign_however_far_the_parts_are(
    recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch, first: str, rows: int
) -> None:
    page = equation("parabola")
    tree = recognizer.equations.read(page, top=1).tree
    assert tree is not None
    begin = min(min(symbol.strokes) for symbol in tree.symbols if symbol.label == first)
    parts = [tuple(range(begin)), tuple(range(begin, len(page.strokes)))]
    boxes = [reduce(Bounds.united, (page.strokes[index].bounds for index in part)) for part in parts]
    apart = [FoundRow(parts[index], boxes[index], size=40.0, between={parts[1 - index]: -60.0}) for index in (0, 1)]
    monkeypatch.setattr(RowFinder, "rows_of", lambda *_: apart)

    assert len(recognizer.read(page, top=1).rows) == rows


def _fraction(top: Drawing, below: Drawing, gap: float) -> Drawing:
    """Return a bar with something above and below it, so far away."""
    width = 200.0
    bar = line((-20.0, HEIGHT + gap), (width, HEIGHT + gap + 2.0))
    lower = (stroke.moved(scale=1, dx=0, dy=HEIGHT + 2 * gap) for stroke in below.strokes)
    return Drawing((*top.strokes, bar, *lower))


def test_a_bar_and_what_is_above_and_below_it_are_joined_together(
    recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _fraction(_scaled(row("34")), _scaled(row("56")), 18.0)
    whole = tuple(range(len(page.strokes)))
    numbers = len(_scaled(row("34")).strokes)
    parts = [whole[:numbers], (numbers,), whole[numbers + 1 :]]
    boxes = np.array([stroke.bounds for stroke in page.strokes])
    between = {one: {other: -2.0 for other in parts if other != one} for one in parts}
    rows = []
    for one in parts:
        own = boxes[list(one)]
        box = Bounds(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
        rows.append(FoundRow(one, box, size=80.0, between=between[one]))
    monkeypatch.setattr(RowFinder, "rows_of", lambda *_args, **_how: rows)

    assert [one.strokes for one in recognizer.read(page, top=2).rows] == [whole]


def test_a_column_with_a_sign_and_its_result_are_rows_and_no_fraction(recognizer: PageRecognizer) -> None:
    column = stacked([_scaled(row("19")), _scaled(row("27"))], gap=12.0)
    bounds = column.bounds
    assert bounds is not None
    middle, rule = HEIGHT + 12.0 + HEIGHT / 2, bounds.bottom + 14.0
    plus = (line((-110.0, middle), (-60.0, middle)), line((-85.0, middle - 25.0), (-85.0, middle + 25.0)))
    bar = line((-120.0, rule), (bounds.right + 60.0, rule + 2.0))
    result = (stroke.moved(scale=1, dx=0, dy=rule + 20.0) for stroke in _scaled(row("46")).strokes)

    reading = recognizer.read(Drawing((*column.strokes, *plus, bar, *result)), top=2)

    assert _texts(reading) == ["19", "+27", "-", "46"]


@pytest.mark.slow
def test_columns_beside_each_other_are_read_row_by_row(recognizer: PageRecognizer) -> None:
    texts = [("12", "45"), ("407", "8"), ("31", "60")]
    page = stacked([_scaled(row(left)) for left, _ in texts])
    right = stacked([_scaled(row(text)) for _, text in texts])
    strokes = (stroke.moved(scale=1, dx=450.0, dy=60.0) for stroke in right.strokes)

    reading = recognizer.read(Drawing((*page.strokes, *strokes)), top=2)

    assert _texts(reading) == [text for both in texts for text in both]


def test_a_result_far_from_its_equality_sign_leaves_both_rows_open(recognizer: PageRecognizer) -> None:
    result = (stroke.moved(scale=1, dx=1400.0, dy=0) for stroke in _scaled(row("15")).strokes)

    reading = recognizer.read(Drawing((*_scaled(row("7+8=")).strokes, *result)), top=2)

    assert _texts(reading) == ["7+8=", "15"]
    assert not any(one.reading.sure for one in reading.rows)


@pytest.mark.slow
def test_a_letter_by_itself_among_numbers_is_the_digit_that_it_looks_like(
    recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [_scaled(row(text)) for text in ("407", "5", "12")]
    page, lone = stacked(rows), strokes_of_rows([_scaled(row(text)) for text in ("407", "5", "12")])[1]
    read = recognizer.equations.read

    def as_letter(drawing: Drawing, **how: Any) -> Reading:
        # The pen wrote a 5 that the networks rather take for an s.
        said = Corrections().with_label(range(len(drawing.strokes)), "s") if len(drawing.strokes) == len(lone) else None
        reading = read(drawing, **how)
        if said is None or reading.text != "5":
            return reading
        letter = read(drawing, **{**how, "corrections": said})
        (glyph,), (own,) = letter.glyphs, reading.glyphs
        shares = own.prediction.probabilities.copy()
        five, ess = own.prediction.index_of("5"), own.prediction.index_of("s")
        assert five is not None
        assert ess is not None
        shares[[five, ess]] = 0.3, 0.6
        return replace(
            letter, glyphs=(replace(glyph, prediction=replace(own.prediction, probabilities=shares), read=None),)
        )

    monkeypatch.setattr(recognizer.equations, "read", as_letter)

    reading = recognizer.read(page, top=3)
    assert _texts(reading) == ["407", "5", "12"]
    assert reading.rows[1].reading.verdict == "likely"
    assert reading.rows[1].reading.tree is not None
    assert reading.rows[1].reading.tree.latex == "5"
    # Beside a row with letters it stays what it was read as.
    other = recognizer.read(stacked([*rows, equation("parabola")]), top=3)
    assert _texts(other)[1] == "s"


def _apart(texts: Sequence[str], gap: float, y: Sequence[float] = (0, 0, 0)) -> Drawing:
    """Return rows beside each other, with this much room between them, in heights."""
    strokes: list[Stroke] = []
    right = -gap * HEIGHT
    for text, dy in zip(texts, y, strict=False):
        own = row(text)
        strokes += [stroke.moved(scale=1, dx=right + gap * HEIGHT, dy=dy) for stroke in own.strokes]
        right = max(stroke.bounds.right for stroke in strokes)
    return Drawing(tuple(strokes))


@pytest.mark.parametrize(
    ("texts", "gap"), [(("12", "7"), 2.5), (("23+8", "31-5"), 2.5), (("23+8=31", "31-5=26", "4+3=7"), 2.5)]
)
def test_rows_far_beside_each_other_are_read_apart(
    recognizer: PageRecognizer, texts: tuple[str, ...], gap: float
) -> None:
    assert _texts(recognizer.read(_apart(texts, gap), top=1)) == list(texts)


@pytest.mark.parametrize("texts", [("12", "7"), ("12", "-7"), ("23+8", "31-5"), ("23+8=", "31-5=")])
@pytest.mark.parametrize("gap", [1.3, 1.6])
def test_rows_close_beside_each_other_are_never_one_and_sure(
    recognizer: PageRecognizer, texts: tuple[str, ...], gap: float
) -> None:
    drawing = _apart(texts, gap)

    read = recognizer.read(drawing, top=1).rows
    assert [one.reading.text for one in read] == list(texts) or not any(one.reading.sure for one in read)
    assert not recognizer.equations.read(drawing, top=1).sure
    in_line = recognizer.lines.read(drawing, top=1)
    # A line may have spaces.
    assert not in_line.sure or in_line.text == " ".join(texts)


def test_a_row_in_a_frame_is_read_and_the_frame_is_never_sure(recognizer: PageRecognizer) -> None:
    own = row("23+8=31")
    frame = line((-60, -60), (900, -55), (905, 150), (-55, 155), (-60, -50))

    reading = recognizer.read(own.with_stroke(frame), top=1)

    assert "23+8=31" in _texts(reading)
    assert not any(one.reading.sure for one in reading.rows if one.strokes == (len(own.strokes),))
    assert not recognizer.lines.read(own.with_stroke(frame), top=1).sure


def test_a_result_that_is_underlined_twice_is_read_and_its_lines_are_never_sure(recognizer: PageRecognizer) -> None:
    """Neither as a fraction with the result above nothing, nor written line by line below rows that are read."""
    own, below = row("23+8=31"), Drawing(tuple(one.moved(scale=1, dx=0, dy=220) for one in row("9-4=5").strokes))
    right, bottom = max(one.bounds.right for one in own.strokes), max(one.bounds.bottom for one in own.strokes)
    page = Drawing((*own.strokes, *below.strokes))
    assert _texts(recognizer.read(page, top=1)) == ["23+8=31", "9-4=5"]

    for down in (18, 34):
        page = page.with_stroke(
            line((right - 150, bottom + down), (right - 70, bottom + down - 3), (right, bottom + down))
        )
        reading = recognizer.read(page, top=1)

    assert {"23+8=31", "9-4=5"} <= set(_texts(reading))
    lines = [one for one in reading.rows if max(one.strokes) >= len(page.strokes) - 2]
    assert sorted(stroke for one in lines for stroke in one.strokes) == [len(page.strokes) - 2, len(page.strokes) - 1]
    assert not any(one.reading.sure for one in lines)
    assert any(one.reading.sure for one in reading.rows if one not in lines)


def test_a_letter_beside_one_number_is_not_sure_where_it_may_be_a_digit(
    recognizer: PageRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing, alone = _apart(("12", "9"), 2.5), len(row("9").strokes)
    read = recognizer.equations.read

    def as_letter(drawing: Drawing, **how: Any) -> Reading:
        reading = read(drawing, **how)
        if reading.text != "9":
            return reading
        letter = read(drawing, **{**how, "corrections": Corrections().with_label(range(alone), "g")})
        (glyph,), (own,) = letter.glyphs, reading.glyphs
        shares = own.prediction.probabilities.copy()
        nine, gee = own.prediction.index_of("9"), own.prediction.index_of("g")
        assert nine is not None
        assert gee is not None
        shares[[nine, gee]] = 0.3, 0.6
        prediction = replace(own.prediction, probabilities=shares)
        return replace(letter, sure=True, glyphs=(replace(glyph, prediction=prediction, read=None),))

    monkeypatch.setattr(recognizer.equations, "read", as_letter)

    reading = recognizer.read(drawing, top=1)

    assert _texts(reading) == ["12", "g"]
    assert as_letter(Drawing(drawing.strokes[-alone:]), top=1).sure
    assert not reading.rows[1].reading.sure


def test_rows_of_words_and_equations_are_told_apart(recognizer: PageRecognizer) -> None:
    words = printed("the little tent", scale=60)
    below = row("23+8=31")
    moved = tuple(stroke.moved(scale=1, dx=0, dy=420) for stroke in below.strokes)

    reading = recognizer.read(Drawing((*words.strokes, *moved)), top=3)

    assert [(one.reading.mode, one.reading.text) for one in reading.rows] == [
        ("line", "the little tent"),
        ("equation", "23+8=31"),
    ]
    assert [glyph.strokes for glyph in reading.rows[0].reading.glyphs] == [
        tuple(range(4)),
        tuple(range(4, 13)),
        tuple(range(13, 19)),
    ]
