"""Views of traces in definitions: which traces, and which samples of them, are ink."""

import time

import pytest

from tests.ink.foreign.files import ink, positions

GROUP = '<traceGroup xml:id="g"><trace>0 0, 1 1, 2 2</trace><trace>3 3, 4 4</trace><trace>5 5, 6 6</trace></traceGroup>'
TRACE = '<trace xml:id="t">0 0, 1 1, 2 2, 3 3, 4 4</trace>'


def shown(definitions: str, *views: str) -> list[list[float]]:
    """Return the places, equal across and down, of the samples of each stroke."""
    return [[x for x, _ in stroke] for stroke in positions(ink(f"<definitions>{definitions}</definitions>", *views))]


@pytest.mark.parametrize(
    ("views", "strokes"),
    [
        ('<traceView traceDataRef="#t"/>', [[0, 1, 2, 3, 4]]),
        ('<traceView traceDataRef="#t" from="2" to="4"/>', [[1, 2, 3]]),
        ('<traceView traceDataRef="#t" from="4"/>', [[3, 4]]),
        ('<traceView traceDataRef="#t" to="2"/>', [[0, 1]]),
        ('<traceView traceDataRef="#t" to="2"/><traceView traceDataRef="#t" from="4"/>', [[0, 1], [3, 4]]),
        ('<traceView traceDataRef="#t" to="3"/><traceView traceDataRef="#t" from="3"/>', [[0, 1, 2, 3, 4]]),
        ('<traceView traceDataRef="#t" from="nonsense" to="-1"/>', [[0, 1, 2, 3, 4]]),
        ('<traceView traceDataRef="#t" from="9"/>', []),
        ('<traceView><traceView traceDataRef="#t" from="5"/></traceView>', [[4]]),
        ('<traceView traceDataRef="#nobody"/>', []),
        ("", []),
    ],
)
def test_a_view_shows_a_trace_or_a_part_of_it(views: str, strokes: list[list[float]]) -> None:
    assert shown(TRACE, views) == strokes


@pytest.mark.parametrize(
    ("view", "strokes"),
    [
        ('<traceView traceDataRef="#g"/>', [[0, 1, 2], [3, 4], [5, 6]]),
        ('<traceView traceDataRef="#g" from="2" to="2"/>', [[3, 4]]),
        ('<traceView traceDataRef="#g" from="1:2" to="2:1"/>', [[1, 2], [3]]),
        ('<traceView traceDataRef="#g" from="1:3" to="3:1"/>', [[2], [3, 4], [5]]),
    ],
)
def test_a_view_of_a_group_counts_its_traces_and_their_samples(view: str, strokes: list[list[float]]) -> None:
    assert shown(GROUP, view) == strokes


def test_a_view_may_refer_to_a_view_in_definitions() -> None:
    inner = '<traceView xml:id="v"><traceView traceDataRef="#t" from="4"/><traceView traceDataRef="#g"/></traceView>'

    assert shown(TRACE + GROUP + inner, '<traceView traceDataRef="#v"/>') == [[3, 4], [0, 1, 2], [3, 4], [5, 6]]
    assert shown(TRACE + GROUP + inner, '<traceView traceDataRef="#v" from="1" to="1"/>') == [[3, 4]]


def test_views_that_refer_to_each_other_end_soon() -> None:
    circle = '<traceView xml:id="a" traceDataRef="#b" from="1"/><traceView xml:id="b" traceDataRef="#a" from="1"/>'
    twice = '<traceView xml:id="v0" traceDataRef="#t"/>' + "".join(
        f'<traceView xml:id="v{place}">' + f'<traceView traceDataRef="#v{place - 1}" from="1"/>' * 2 + "</traceView>"
        for place in range(1, 60)
    )
    before = time.process_time()

    assert shown(TRACE + circle, '<traceView traceDataRef="#a"/>') == []
    assert len(shown(TRACE + twice, '<traceView traceDataRef="#v59"/>')) <= 1
    assert time.process_time() - before < 5
