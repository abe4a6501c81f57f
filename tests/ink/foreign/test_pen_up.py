"""Samples and traces at which the pen was above the paper, and traces in definitions, are no ink."""

import pytest

from tests.ink.foreign.files import ink, positions, read, source, trace

XY = '<channel name="X"/><channel name="Y"/>'
TWO = [[[0, 0], [1, 0]], [[9, 0], [10, 0]]]


@pytest.mark.parametrize(
    "samples",
    [
        "0 0 T, 1 0 T, 5 5 F, 9 0 T, 10 0 T",
        "0 0 T, 1 0 *, 5 5 F, 6 6 *, 9 0 T, 10 0 *",
        "0 0 1, 1 0 1, 5 5 0, 9 0 1, 10 0 1",
        "3 3 F, 0 0 T, 1 0 T, 5 5 F, 9 0 T, 10 0 T, 3 3 F",
    ],
)
@pytest.mark.parametrize("channel", ['<channel name="S" type="boolean"/>', '<channel name="s"/>'])
def test_the_switch_of_the_tip_cuts_a_trace(samples: str, channel: str) -> None:
    assert positions(ink(source(XY + channel), trace(samples))) == TWO


def test_the_switch_may_be_an_intermittent_channel() -> None:
    channel = '<intermittentChannels><channel name="S" type="boolean"/></intermittentChannels>'

    assert positions(ink(source(XY + channel), trace("0 0 T, 1 0, 5 5 F, 6 6, 9 0 T, 10 0"))) == TWO


def test_samples_without_pressure_cut_a_trace() -> None:
    channel = '<channel name="F" type="integer" min="0" max="1023"/>'
    samples = "0 0 500, 1 0 500, 3 3 0, 5 5 0, 7 3 0, 9 0 500, 10 0 500"

    assert positions(ink(source(XY + channel), trace(samples))) == TWO
    # A single one, too, where the pen jumped; but not one that only begins or ends a touch.
    assert positions(ink(source(XY + channel), trace("0 0 5, 1 0 5, 5 5 0, 9 0 5, 10 0 5"))) == TWO
    assert positions(ink(source(XY + channel), trace("0 0 0, 1 0 5, 2 0 5, 3 0 0"))) == [
        [[0, 0], [1, 0], [2, 0], [3, 0]]
    ]


def test_a_device_without_pressure_is_not_taken_for_a_pen_in_the_air() -> None:
    assert positions(ink(source(XY + '<channel name="F"/>'), trace("0 0 0, 1 0 0, 2 0 0"))) == [
        [[0, 0], [1, 0], [2, 0]]
    ]


@pytest.mark.parametrize("kind", ["penUp", "hover", "HOVER", "indeterminate", "unheard-of"])
def test_traces_of_other_types_than_pen_down_are_no_ink(kind: str) -> None:
    content = ink(
        '<trace type="penDown">0 0, 1 0</trace>', f'<trace type="{kind}">5 5, 6 6</trace>', "<trace>9 0, 10 0</trace>"
    )

    assert positions(content) == TWO


def test_indeterminate_traces_are_ink_where_there_is_no_other_or_a_channel_tells() -> None:
    assert (
        positions(ink('<trace type="indeterminate">0 0, 1 0</trace>', '<trace type="indeterminate">9 0, 10 0</trace>'))
        == TWO
    )
    told = trace("9 0 T, 10 0 T, 11 0 F", type="indeterminate")
    assert positions(ink(source(XY + '<channel name="S"/>'), trace("0 0 T, 1 0 T", type="penDown"), told)) == TWO


def test_traces_in_definitions_are_ink_only_where_something_refers_to_them() -> None:
    defined = (
        '<definitions><trace xml:id="a">0 0, 1 0</trace><traceGroup xml:id="g"><trace>9 0, 10 0</trace></traceGroup>'
        '<trace xml:id="b">5 5</trace><traceView traceDataRef="#b"/></definitions>'
    )

    assert positions(ink(defined)) == []
    assert positions(ink(defined, "<trace>7 7</trace>")) == [[[7, 7]]]
    assert positions(ink(defined, '<traceView traceDataRef="#a"/><traceView traceDataRef="#g"/>')) == TWO


def test_what_is_left_out_is_told() -> None:
    assert read(ink('<trace type="hover">0 0</trace><trace>1 1</trace>')).lost == ("movements above the paper",)
    assert read(ink(source(XY + '<channel name="OTx"/>'), trace("1 1 5"))).lost == ("the channels OTX",)
    assert read(ink("<traceGroup><trace>1 1</trace></traceGroup>")).lost == ("groups and views of traces",)
    assert read(ink("<trace>1 1</trace>")).lost == ()


def test_a_trace_without_any_pressure_is_above_the_paper_where_other_traces_have_some() -> None:
    channel = XY + '<channel name="F" max="1023"/>'
    hover = trace("5 5 0, 6 6 0, 7 7 0")

    assert positions(ink(source(channel), trace("0 0 9, 1 0 9"), hover, trace("9 0 9, 10 0 9"))) == TWO
    assert "movements above the paper" in read(ink(source(channel), trace("0 0 9, 1 0 9"), hover)).lost
    # A dot may be too light a touch for the device.
    assert len(positions(ink(source(channel), trace("0 0 9, 1 0 9"), trace("5 5 0")))) == 2


def test_the_switch_begins_with_its_default() -> None:
    channel = '<intermittentChannels><channel name="S" default="F"/></intermittentChannels>'

    assert positions(ink(source(XY + channel), trace("7 7, 8 8, 9 0 T, 10 0"))) == [[[9, 0], [10, 0]]]


def test_a_trace_that_continues_without_a_reference_continues_the_one_before() -> None:
    content = ink(
        '<trace continuation="begin">0 0, 1 0</trace>',
        '<trace continuation="middle">2 0</trace>',
        '<trace continuation="end">3 0</trace>',
        "<trace>9 0</trace>",
    )

    assert positions(content) == [[[0, 0], [1, 0], [2, 0], [3, 0]], [[9, 0]]]


def test_a_trace_may_stand_before_the_one_that_it_continues() -> None:
    content = ink(
        '<trace xml:id="c" continuation="end" priorRef="#b">3 0</trace>',
        '<trace xml:id="b" continuation="middle" priorRef="#a">2 0</trace>',
        "<trace>9 0</trace>",
        '<trace xml:id="a" continuation="begin">0 0, 1 0</trace>',
    )
    circle = ink('<trace xml:id="a" priorRef="#b">0 0</trace>', '<trace xml:id="b" priorRef="#a">1 0</trace>')

    assert positions(content) == [[[9, 0]], [[0, 0], [1, 0], [2, 0], [3, 0]]]
    assert sum(map(len, positions(circle))) == 2


def test_the_example_of_the_recommendation_is_decoded() -> None:
    buttons = '<channel name="B1" type="boolean" default="F"/><channel name="B2" type="boolean" default="F"/>'
    samples = "1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8,3 6 T,2 4*T,3 6,3-6 F F"

    assert positions(ink(source(XY + f"<intermittentChannels>{buttons}</intermittentChannels>"), trace(samples))) == [
        [
            [1125, 18432],
            [1148, 18475],
            [1178, 18510],
            [1211, 18540],
            [1251, 18567],
            [1297, 18596],
            [1349, 18633],
            [1404, 18676],
            [1461, 18723],
            [1521, 18776],
            [1584, 18823],
        ]
    ]
