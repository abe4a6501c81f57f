"""What brushes say: highlighters, erasers, strokes that are not seen, and the paper's colour."""

import pytest

from digitvision.ink.foreign.brushes import Brush, Kind
from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.stroke import Drawing, PenLook
from tests.ink.foreign.files import ink, positions, read, source, trace

PEN = '<brush xml:id="pen"><brushProperty name="width" value="1"/><brushProperty name="color" value="#000000"/></brush>'
LETTER, ACROSS = "0 0, 0 100", "-50 50, 50 50"


def brushed(properties: dict[str, str], *, name: str = "other", pen: str = PEN) -> str:
    """Return a file with an upright stroke of a pen, and one of another brush across it."""
    written = "".join(f'<brushProperty name="{key}" value="{value}"/>' for key, value in properties.items())
    return ink(
        f'<definitions>{pen}<brush xml:id="{name}">{written}</brush></definitions>',
        f'<trace brushRef="#pen">{LETTER}</trace><trace brushRef="#{name}">{ACROSS}</trace>',
    )


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({"rasterOp": "maskPen", "tip": "rectangle", "color": "#FFFF00", "width": "9"}, Kind.HIGHLIGHTER),
        ({"rasterOp": "maskPen", "color": "#00FF00"}, Kind.HIGHLIGHTER),
        ({"transparency": "127", "width": "9"}, Kind.HIGHLIGHTER),
        ({"transparency": "0.5", "color": "yellow"}, Kind.HIGHLIGHTER),
        ({"opacity": "0.4", "width": "9"}, Kind.HIGHLIGHTER),
        ({"color": "#80FFFF00", "width": "9"}, Kind.HIGHLIGHTER),
        ({"color": "rgba(255, 255, 0, 0.4)", "width": "9"}, Kind.HIGHLIGHTER),
        ({"color": "#FFFF00", "width": "9"}, Kind.HIGHLIGHTER),
        ({"transparency": "255"}, Kind.INVISIBLE),
        ({"transparency": "100%"}, Kind.INVISIBLE),
        ({"opacity": "0"}, Kind.INVISIBLE),
        ({"rasterOp": "noOperation"}, Kind.INVISIBLE),
        ({"color": "#FFFFFF", "width": "9"}, Kind.PAPER),
        ({"color": "white"}, Kind.PAPER),
        ({"color": "#FFF"}, Kind.PAPER),
        ({"color": "255 255 255"}, Kind.PAPER),
        ({"rasterOp": "white"}, Kind.PAPER),
    ],
)
def test_strokes_that_are_no_ink_to_read_stay_as_marks(properties: dict[str, str], kind: Kind) -> None:
    document = read(brushed(properties))

    assert [stroke.xy.tolist() for stroke in document.drawing.strokes] == [[[0, 0], [0, 100]]]
    assert [mark.kind for mark in document.settings.foreign.marks] == [kind]
    assert document.settings.foreign.marks[0].stroke.xy.tolist() == [[-50, 50], [50, 50]]


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"color": "#FF0000"},
        {"color": "#FF000000"},
        {"color": "#0000FFFF"},
        {"color": "red", "transparency": "0"},
        {"transparency": "20"},
        {"transparency": "1"},
        {"opacity": "1"},
        {"opacity": "255"},
        {"width": "50"},
        {"tip": "rectangle"},
        {"rasterOp": "maskPen", "color": "#000000"},
        {"color": "#ggg", "transparency": "much", "width": "-1"},
    ],
)
def test_pens_of_any_colour_and_width_are_ink(properties: dict[str, str]) -> None:
    assert len(positions(brushed(properties))) == 2
    assert read(brushed(properties)).settings.foreign.marks == ()


def test_white_ink_on_dark_paper_and_a_page_of_highlighter_are_read() -> None:
    white = PEN.replace("#000000", "#ffffff")

    assert len(positions(brushed({"color": "white"}, pen=white))) == 2
    marker = '<definitions><brush xml:id="m"><brushProperty name="transparency" value="0.5"/></brush></definitions>'
    assert len(positions(ink(marker, f'<trace brushRef="#m">{LETTER}</trace>'))) == 1


@pytest.mark.parametrize("name", ["br_eraser_1", "Erase", "rubber"])
def test_an_eraser_takes_what_it_covers_of_earlier_ink(name: str) -> None:
    late = f'<trace brushRef="#pen">{LETTER}</trace></ink>'
    content = brushed({"width": "20"}, name=name).replace("</ink>", late)

    assert positions(content) == [[[0, 0], [0, 40]], [[0, 60], [0, 100]], [[0, 0], [0, 100]]]
    assert "erasers’ strokes" in read(content).lost


@pytest.mark.parametrize("properties", [{"width": "0.5"}, {}, {"width": "wide"}])
def test_an_eraser_whose_gap_could_not_be_seen_takes_nothing(properties: dict[str, str]) -> None:
    assert positions(brushed(properties, name="eraser")) == [[[0, 0], [0, 100]]]


def test_an_eraser_over_a_whole_stroke_takes_it() -> None:
    content = brushed({"width": "20"}, name="eraser").replace(ACROSS, LETTER)

    assert positions(content) == []


def test_a_brush_comes_from_the_context_or_the_group() -> None:
    white = '<brush xml:id="w"><brushProperty name="color" value="white"/></brush>'
    context = '<context xml:id="c" brushRef="#w"/>'
    pens = f"<trace>{LETTER}</trace>" * 3

    in_context = ink(f"<definitions>{white}{context}</definitions>", pens, f'<trace contextRef="#c">{ACROSS}</trace>')
    in_group = ink(
        f"<definitions>{white}</definitions>", pens, f'<traceGroup brushRef="#w"><trace>{ACROSS}</trace></traceGroup>'
    )
    assert [len(positions(content)) for content in (in_context, in_group)] == [3, 3]


def test_marks_are_written_and_read_again() -> None:
    first = read(brushed({"rasterOp": "maskPen", "color": "#FFFF00", "width": "9", "note": "a&quot;b"}))
    written = inkml_bytes(first.drawing, settings=first.settings)
    again = read(written)

    assert again.native
    assert again.drawing == first.drawing
    assert [mark.stroke for mark in again.settings.foreign.marks] == [
        mark.stroke for mark in first.settings.foreign.marks
    ]
    mark = again.settings.foreign.marks[0]
    assert (mark.kind, mark.brush.colour, mark.width) == (Kind.HIGHLIGHTER, "#ffff00", 9)
    assert inkml_bytes(again.drawing, settings=again.settings) == written


def test_a_brush_without_properties_says_nothing() -> None:
    brush = Brush("b")

    assert (brush.colour, brush.luminance, brush.transparency, brush.width(None)) == (None, None, 0, None)


def test_colour_and_width_of_ink_are_kept_through_scaling_and_saving() -> None:
    first = read(brushed({"color": "#FF0000", "width": "3"}))
    scaled = Drawing(tuple(stroke.moved(scale=2, dx=1, dy=1) for stroke in first.drawing.strokes))
    written = inkml_bytes(scaled, settings=first.settings)
    again = read(written).drawing

    assert [stroke.look for stroke in again.strokes] == [PenLook("#000000", 2), PenLook("#ff0000", 6)]
    assert again == scaled
    assert inkml_bytes(again, settings=read(written).settings) == written


def test_the_width_of_a_brush_is_in_the_unit_of_the_ink() -> None:
    channels = '<channel name="X" units="mm"/><channel name="Y" units="mm"/>'
    brush = '<definitions><brush xml:id="b"><brushProperty name="width" value="0.2" units="cm"/></brush></definitions>'
    stroke = read(ink(source(channels), brush, trace("1 2, 3 4", brushRef="#b"))).drawing.strokes[0]

    assert stroke.look == PenLook("", 2)


PLAIN = "<trace>0 50, 1 60</trace>"


def brush(name: str, **properties: str) -> str:
    """Return a brush with these properties."""
    written = "".join(f'<brushProperty name="{key}" value="{value}"/>' for key, value in properties.items())
    return f'<brush xml:id="{name}">{written}</brush>'


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("navy", "#000080"),
        ("DarkOliveGreen", "#556b2f"),
        ("rgb(0%, 0%, 100%)", "#0000ff"),
        ("rgba(255, 0, 300, 0.9)", "#ff00ff"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("#f00", "#ff0000"),
        ("0 0 255", "#0000ff"),
    ],
)
def test_colours_are_understood_however_they_are_written(text: str, colour: str) -> None:
    content = ink(f"<definitions>{brush('b', color=text)}</definitions>", '<trace brushRef="#b">0 0, 1 1</trace>')

    look = read(content).drawing.strokes[0].look
    assert look is not None
    assert look.colour == colour


def test_a_brush_has_what_the_one_that_it_is_derived_from_has() -> None:
    base = brush("h", color="#ffff00", rasterOp="maskPen", tip="rectangle", width="9")
    derived = '<brush xml:id="b" brushRef="#h"><brushProperty name="color" value="#00ff00"/></brush>'
    content = ink(f"<definitions>{base}{derived}</definitions>", '<trace brushRef="#b">0 0, 1 1</trace>', PLAIN)

    (mark,) = read(content).settings.foreign.marks
    assert (mark.kind, mark.brush.colour, mark.width) == (Kind.HIGHLIGHTER, "#00ff00", 9)


def test_an_annotation_of_a_brush_names_it() -> None:
    noted = (
        '<brush xml:id="b"><annotation type="name">Highlighter</annotation>'
        '<brushProperty name="color" value="#ffff00"/></brush>'
    )
    found = read(ink(f"<definitions>{noted}</definitions>", '<trace brushRef="#b">0 0, 1 1</trace>', PLAIN))

    assert [mark.kind for mark in found.settings.foreign.marks] == [Kind.HIGHLIGHTER]
    assert "Highlighter</annotation>" in found.settings.foreign.kept


def test_widths_in_several_units_are_compared() -> None:
    pen = '<brush xml:id="p"><brushProperty name="width" value="0.5" units="mm"/></brush>'
    wide = (
        '<brush xml:id="b"><brushProperty name="width" value="0.4" units="cm"/>'
        '<brushProperty name="color" value="#ffff00"/></brush>'
    )
    content = ink(
        f"<definitions>{pen}{wide}</definitions>",
        '<trace brushRef="#p">0 0, 1 1</trace><trace brushRef="#b">0 0, 1 1</trace>',
    )

    assert [mark.kind for mark in read(content).settings.foreign.marks] == [Kind.HIGHLIGHTER]


def test_names_of_properties_may_be_addresses() -> None:
    red = '<brush xml:id="b"><brushProperty name="http://example.org/ink/color" value="#f00"/></brush>'
    (stroke,) = read(ink(f"<definitions>{red}</definitions>", '<trace brushRef="#b">0 0, 1 1</trace>')).drawing.strokes

    assert stroke.look == PenLook("#ff0000")


def test_a_brush_without_a_name_holds_for_what_follows() -> None:
    red = '<brush><brushProperty name="color" value="#ff0000"/></brush>'
    strokes = read(ink("<trace>0 0, 1 1</trace>", red, "<trace>0 0, 1 1</trace>")).drawing.strokes

    assert [stroke.look.colour if stroke.look else None for stroke in strokes] == [None, "#ff0000"]
