"""Traces, names and references that are written otherwise than the recommendation says, and plainly mean something."""

import contextlib
import time

import pytest

from digitvision.ink.inkml import InkFault
from tests.ink.foreign.files import ink, positions, read, trace

SQUARE = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]
XY = '<channel name="X" type="integer"/><channel name="Y" type="integer"/>'
MORE = '<intermittentChannels><channel name="F"/></intermittentChannels>'
SWITCH = '<channel name="S" type="boolean"/>'
TURNED = '<channel name="Y"/><channel name="X"/>'


_LOWERED = (
    "<ink><context id='c'><traceformat><channel name='Y'/><channel name='X'/></traceformat></context>"
    "<tracegroup contextref='#c'><trace>0 0, 0 10, 10 10, 10 0</trace></tracegroup></ink>"
)


def _context(channels: str) -> str:
    return f'<definitions><context xml:id="c"><traceFormat>{channels}</traceFormat></context></definitions>'


@pytest.mark.parametrize(
    "samples",
    [
        "0 0; 10 0; 10 10; 0 10",
        "0,0;10,0;10,10;0,10;",
        "0,0 0,0; 10,0 0,0; 10,0 10,0; 0,0 10,0",
        "\n0 0\n10 0\n10 10\n0 10\n",
        "\n0 0 5\n10 0 5\n10 10 6\n0 10 7\n",
        "0\u00a00, 10 0, 10 10, \u22120 10",
        "(0,0) (10,0) (10,10) (0,10)",
        "[[0, 0], [10, 0], [10, 10], [0, 10]]",
        "0x0 0x0, 0xA 0x0, 0xa 0xA, 0x0 0xA",
        "<annotation type='truth'>7</annotation>0 0, 10 0, 10 10, 0 10",
        "#0 #0, '#A '#0, '#0 '#A, '-#A '#0",
        "? ?, 0 0, 10 *, * 10, 0 *",
        "0 0, '10 '0, \"-10 \"10, !0 !10",
    ],
)
def test_samples_are_told_apart_however_they_are_written(samples: str) -> None:
    assert positions(ink(f"<trace>{samples}</trace>")) == [SQUARE]


@pytest.mark.parametrize("samples", ["0 0 10 0\n10 10 0 10", "0 0\n10 0 10 10 0 10", "0 0 10\n0 10 10 0 10"])
def test_a_list_without_commas_may_be_broken_anywhere(samples: str) -> None:
    assert positions(ink(f"<trace>{samples}</trace>")) == [SQUARE]


@pytest.mark.parametrize(
    ("channels", "samples"),
    [
        (XY + MORE, "\n0 0 5\n10 0\n10 10 6\n0 10\n"),
        (MORE + XY, "0 0 5, 10 0, 10 10 6, 0 10"),
        (XY + SWITCH, "0 0 true, 10 0 true, 10 10 TRUE, 0 10 true, 50 50 false"),
        (XY + SWITCH, "0 0T, 10 0 T, 10 10 *, 0 10 *, 50 50 F"),
        ('<channel name="X"/><channel name="Y" orientation=" -VE"/>', "0 0, 10 0, 10 -10, 0 -10"),
    ],
)
def test_channels_are_understood_however_their_values_are_written(channels: str, samples: str) -> None:
    assert positions(ink(_context(channels), trace(samples))) == [SQUARE]


def test_what_is_called_the_default_is_that_of_the_recommendation() -> None:
    square = "0 0, 10 0, 10 10, 0 10"

    assert positions(ink(_context(TURNED), f'<trace contextRef="#DefaultContext">{square}</trace>')) == [SQUARE]
    assert positions(ink(_context(TURNED), f"<trace>{square}</trace>")) == [[[y, x] for x, y in SQUARE]]
    own = _context(TURNED).replace('"c"', '"DefaultContext"')
    assert positions(ink(own, f'<trace contextRef="#DefaultContext">{square}</trace>')) == [[[y, x] for x, y in SQUARE]]


def test_a_group_may_hold_a_view() -> None:
    defined = "<definitions><trace xml:id='t'>0 0, 10 0, 10 10, 0 10</trace></definitions>"

    assert positions(ink(defined, "<traceGroup><traceView traceDataRef='#t'/></traceGroup>")) == [SQUARE]


@pytest.mark.parametrize(
    "content",
    [
        "<INK><TRACE>0 0, 10 0, 10 10, 0 10</TRACE></INK>",
        "<Ink><Trace>0 0, 10 0, 10 10, 0 10</Trace></Ink>",
        _LOWERED,
    ],
)
def test_names_in_other_letters_are_the_same_names(content: str) -> None:
    assert positions(content) == [SQUARE]


@pytest.mark.parametrize("samples", ["0 0; x 1", "(0 0) (a 1)", "0 nan", "true dat", "0x 0xg"])
def test_what_is_no_number_is_still_refused(samples: str) -> None:
    with pytest.raises(InkFault, match="is not a value"):
        read(ink(f"<trace>{samples}</trace>"))


@pytest.mark.parametrize("part", ["(", "[", "0 0;", "0,0 0,0;", "0x", "0 0\n"])
def test_long_odd_traces_take_little_time(part: str) -> None:
    started = time.process_time()
    with contextlib.suppress(InkFault):
        read(ink(f"<trace>{part * 40_000}</trace>"))

    assert time.process_time() - started < 2
