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

    assert positions(ink(source(XY + channel), trace("0 0 T, 1 0, 5 5 F, 9 0, 10 0 T"))) == TWO


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
