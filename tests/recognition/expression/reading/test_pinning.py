"""The corrections that make one reading win over others, and no more than these."""

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.pinning import preferring

FIRST, SECOND = frozenset({0}), frozenset({1})


def pair(one: str, other: str, relation: Relation = "Right") -> LayoutTree:
    return LayoutTree((Symbol(one, (0,)), Symbol(other, (1,))), ((0, 1, relation),))


def test_only_differences_become_corrections() -> None:
    corrections = preferring(Corrections(), pair("x", "2"), [pair("x", "z")])

    assert corrections.labels == ((SECOND, "2"),)
    assert corrections.relations == ()


def test_the_reading_wins_over_each_one_before_it() -> None:
    corrections = preferring(Corrections(), pair("y", "2"), [pair("x", "2"), pair("y", "z")])

    assert dict(corrections.labels) == {FIRST: "y", SECOND: "2"}


def test_another_layout_of_the_same_glyphs_becomes_a_correction() -> None:
    corrections = preferring(Corrections(), pair("x", "2", "Sup"), [pair("x", "2")])

    assert corrections.labels == ()
    assert corrections.relations == ((SECOND, FIRST, "Sup"),)


def test_another_root_becomes_a_correction() -> None:
    other = LayoutTree((Symbol("x", (0,)), Symbol("2", (1,))), ((1, 0, "Right"),))

    corrections = preferring(Corrections(), pair("x", "2"), [other])

    assert set(corrections.relations) == {(FIRST, None, "Right"), (SECOND, FIRST, "Right")}


def test_other_glyphs_become_corrections_with_their_classes() -> None:
    joined = LayoutTree((Symbol("=", (0, 1)),))

    corrections = preferring(Corrections(), joined, [pair("-", "-")])

    assert corrections.glyphs == (frozenset({0, 1}),)
    assert dict(corrections.labels) == {frozenset({0, 1}): "="}


def test_earlier_corrections_stay_where_nothing_contradicts_them() -> None:
    before = Corrections().with_label({0}, "x")

    corrections = preferring(before, pair("x", "2"), [pair("x", "z")])

    assert dict(corrections.labels) == {FIRST: "x", SECOND: "2"}
