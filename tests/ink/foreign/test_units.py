"""Units, resolutions, areas and transforms keep a drawing's shape."""

import pytest

from tests.ink.foreign.files import ink, positions, read, source, trace


def channels(x: str, y: str) -> str:
    return f'<channel name="X" {x}/><channel name="Y" {y}/>'


def resolutions(x: str, y: str) -> str:
    return f'<channelProperty channel="X" name="resolution" {x}/><channelProperty channel="Y" name="resolution" {y}/>'


@pytest.mark.parametrize(
    ("x", "y", "stretch"),
    [
        ("cm", "mm", 0.1),
        ("mm", "cm", 10),
        ("in", "cm", 1 / 2.54),
        ("pt", "in", 72),
        ("m", "mm", 0.001),
        ("mm", "mm", 1),
        ("mm", "unheard-of", 1),
        ("mm", "", 1),
    ],
)
def test_units_that_differ_across_and_down_are_brought_to_that_across(x: str, y: str, stretch: float) -> None:
    content = ink(source(channels(f'units="{x}"', f'units="{y}"')), trace("1.5 20.5, 3 40"))

    assert positions(content) == [[[1.5, pytest.approx(20.5 * stretch)], [3, pytest.approx(40 * stretch)]]]


@pytest.mark.parametrize(
    ("x", "y", "stretch"),
    [
        ('value="500" units="1/cm"', 'value="1000" units="1/cm"', 0.5),
        ('value="100" units="1/in"', 'value="100" units="1/cm"', 1 / 2.54),
        ('value="600" units="dpi"', 'value="200" units="dpi"', 3),
        ('value="10" units="dev/mm"', 'value="100" units="dev/cm"', 1),
        ('value="4"', 'value="3"', 4 / 3),
        ('value="0" units="1/cm"', 'value="1000" units="1/cm"', 1),
        ('value="nan" units="1/cm"', 'value="1e-300" units="1/cm"', 1),
        ('value="500" units="1/dev"', 'value="1000" units="1/dev"', 1),
    ],
)
def test_resolutions_that_differ_across_and_down_are_applied(x: str, y: str, stretch: float) -> None:
    whole = channels('type="integer" units="cm"', 'type="integer" units="cm"')
    content = ink(source(whole, resolutions(x, y)), trace("10 20, 30 60"))

    assert positions(content) == [[[10, pytest.approx(20 * stretch)], [30, pytest.approx(60 * stretch)]]]


def test_a_resolution_of_decimal_values_is_their_precision() -> None:
    fractions = channels('type="decimal" units="cm"', 'type="decimal" units="cm"')
    properties = resolutions('value="500" units="1/cm"', 'value="1000" units="1/cm"')

    assert positions(ink(source(fractions, properties), trace("1.5 2.5"))) == [[[1.5, 2.5]]]


def test_two_devices_come_to_one_unit() -> None:
    other = source(channels('units="mm"', 'units="mm"')).replace('"c"', '"d"')
    content = ink(
        source(channels('units="cm"', 'units="cm"')), other, trace("1 2"), '<trace contextRef="#d">10 20</trace>'
    )

    assert positions(content) == [[[1, 2]], [[1, 2]]]


def test_the_active_area_tells_the_shape_where_nothing_else_does() -> None:
    limits = channels('min="0" max="1000"', 'min="0" max="1000"')
    content = ink(
        source(limits).replace("<traceFormat>", '<activeArea width="200" height="100" units="mm"/><traceFormat>'),
        trace("500 500"),
    )

    assert positions(content) == [[[500, 250]]]


def test_channels_in_small_letters_are_the_same() -> None:
    content = ink(source('<channel name="y"/><channel name="t" units="s"/><channel name="x"/>'), trace("1 0 2, 3 1 4"))

    assert positions(content) == [[[2, 1], [4, 3]]]
    assert read(content).drawing.strokes[0].points[1, 2] == 1000


@pytest.mark.parametrize(
    ("mapping", "mapped"),
    [
        ('<mapping type="affine"><affine>1 0 0, 0 -1 0</affine></mapping>', [1, -2]),
        ('<mapping type="affine"><affine>0 1 5, -1 0 0</affine></mapping>', [7, -1]),
        ('<mapping type="affine"><matrix>2 0 0, 0 1 0</matrix></mapping>', [2, 2]),
        ('<mapping type="identity"/>', [1, 2]),
        (
            (
                '<mapping type="affine"><bind source="Y"/><bind source="X"/><bind target="X"/><bind target="Y"/>'
                "<affine>1 0 0, 0 1 0</affine></mapping>"
            ),
            [2, 1],
        ),
        (
            (
                '<mapping type="product"><mapping type="affine"><affine>1 0 1, 0 1 0</affine></mapping>'
                '<mapping type="affine"><affine>10 0 0, 0 1 0</affine></mapping></mapping>'
            ),
            [20, 2],
        ),
        ('<mapping mappingRef="#m"/><mapping type="affine"><affine>9 0 0, 0 9 0</affine></mapping>', [3, 2]),
        ('<mapping type="affine"><affine>0 0 0, 0 0 0</affine></mapping>', [1, 2]),
        ('<mapping type="affine"><affine>1 two 0, 0 1 0</affine></mapping>', [1, 2]),
        ('<mapping mappingRef="#round"/>', [1, 2]),
    ],
)
@pytest.mark.parametrize("place", ["inside", "referred"])
def test_a_canvas_transform_is_applied(mapping: str, mapped: list[float], place: str) -> None:
    named = (
        '<definitions><mapping xml:id="m" type="affine"><affine>3 0 0, 0 1 0</affine></mapping>'
        '<mapping xml:id="round" mappingRef="#round"/></definitions>'
    )
    transform = f'<canvasTransform xml:id="t">{mapping}</canvasTransform>'
    if place == "inside":
        content = ink(named, source('<channel name="X"/><channel name="Y"/>', more=transform), trace("1 2"))
    else:
        elements = f'<definitions>{transform}<context xml:id="c" canvasTransformRef="#t"/></definitions>'
        content = ink(named, elements, trace("1 2"))

    assert positions(content) == [[mapped]]


def test_the_format_of_a_canvas_is_not_that_of_the_traces() -> None:
    canvas = '<canvas><traceFormat><channel name="Y"/><channel name="X"/></traceFormat></canvas>'

    assert positions(ink(source('<channel name="X"/><channel name="Y"/>', more=canvas), trace("1 2"))) == [[[1, 2]]]


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        ('<mapping type="affine"><affine>2 1</affine></mapping>', 11),
        ('<mapping type="lookup"><table>0 0, 10 100</table></mapping>', 50),
        ('<mapping type="lookup"><table apply="relative">0 1, 10 1</table></mapping>', 6),
        ('<mapping type="lookup"><table interpolation="floor">0 7, 4 8, 10 9</table></mapping>', 8),
        ('<mapping type="formula"><math/></mapping>', 5),
    ],
)
def test_a_mapping_of_a_channel_is_applied(mapping: str, value: float) -> None:
    content = ink(source(f'<channel name="X">{mapping}</channel><channel name="Y"/>'), trace("5 3"))

    assert positions(content) == [[[value, 3]]]


def test_coordinates_from_far_away_and_in_tiny_steps_are_read() -> None:
    far = positions("<ink><trace>2000000007.5 -3e9, 2000000017.5 -2999999980</trace></ink>")
    fine = positions("<ink><trace>0 0, 4e9 2e9</trace></ink>")

    assert far == [[[0, 0], [10, 20]]]
    assert fine == [[[0, 0], [1e9, 5e8]]]


@pytest.mark.parametrize(
    ("across", "down", "stretch"),
    [
        ("inches", "millimeters", 25.4),
        ("Centimetres", "MM", 10),
        ("points", "picas", 1 / 12),
    ],
)
def test_units_may_be_written_out(across: str, down: str, stretch: float) -> None:
    found = positions(ink(source(channels(f'units="{across}"', f'units="{down}"')), trace("0.5 0.5")))

    assert found == [[[0.5, round(0.5 / stretch, 6)]]]


@pytest.mark.parametrize(
    "units", ["dots per inch", "pixels per inch", "1/inches", "dpi", "dpcm", "dots/cm", "lines-per-mm", "in^-1", "cm⁻¹"]
)
def test_units_of_a_resolution_are_understood_however_they_are_written(units: str) -> None:
    assert positions(
        ink(
            source(channels("", ""), resolutions(f'value="100" units="{units}"', f'value="200" units="{units}"')),
            trace("10 10"),
        )
    ) == [[[10, 5]]]


def test_one_channel_may_have_a_resolution_and_the_other_a_unit() -> None:
    properties = '<channelProperty channel="X" name="resolution" value="10" units="1/mm"/>'

    assert positions(ink(source(channels("", 'units="mm"'), properties), trace("10 1"))) == [[[10, 10]]]


@pytest.mark.parametrize(("size", "shape"), [("A4", 210 / 297), ("iso A5", 148 / 210), ("Letter", 8.5 / 11), ("?", 1)])
def test_the_active_area_may_be_a_usual_sheet(size: str, shape: float) -> None:
    limits = channels('min="0" max="1000"', 'min="0" max="1000"')
    content = ink(
        source(limits).replace("<traceFormat>", f'<activeArea size="{size}"/><traceFormat>'), trace("500 500")
    )

    assert positions(content)[0][0] == pytest.approx([500, 500 / shape], rel=1e-4)


def test_what_a_context_does_not_say_stays_as_it_was() -> None:
    content = ink(
        '<context><traceFormat><channel name="T"/><channel name="X"/><channel name="Y"/></traceFormat></context>',
        '<definitions><traceFormat xml:id="f"><channel name="X"/><channel name="Y"/></traceFormat></definitions>',
        "<trace>0 1 2</trace>",
        '<context brushRef="#nobody"/>',
        "<trace>5 3 4</trace>",
        '<context traceFormatRef="#f"/>',
        "<trace>5 6</trace>",
    )

    assert positions(content) == [[[1, 2]], [[3, 4]], [[5, 6]]]


def test_times_come_from_the_rate_or_from_the_traces_where_no_channel_has_them() -> None:
    rate = source(channels("", "")).replace("<traceFormat>", '<sampleRate uniform="true" value="100"/><traceFormat>')
    by_rate = read(ink(rate, trace("0 0, 1 1, 2 2"))).drawing
    by_trace = read(
        ink('<trace timeOffset="50" duration="40">0 0, 1 1, 2 2</trace><trace timeOffset="150">3 3</trace>')
    ).drawing

    assert by_rate.strokes[0].points[:, 2].tolist() == [0, 10, 20]
    assert [stroke.points[:, 2].tolist() for stroke in by_trace.strokes] == [[0, 20, 40], [100]]
