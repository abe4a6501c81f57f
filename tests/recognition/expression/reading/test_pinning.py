"""Corrections by which one reading wins over others, and no more than that."""

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.pinning import preferring

FIRST, SECOND = frozenset({0}), frozenset({1})


def pair(one: str, other: str, relation: Relation = "Right") -> LayoutTree:
    return LayoutTree((Symbol(one, (0,)), Symbol(other, (1,))), ((0, 1, relation),))


def test_only_what_differs_is_said() -> None:
    said = preferring(Corrections(), pair("x", "2"), [pair("x", "z")])

    assert said.labels == ((SECOND, "2"),)
    assert said.relations == ()


def test_it_wins_over_each_reading_before_it() -> None:
    said = preferring(Corrections(), pair("y", "2"), [pair("x", "2"), pair("y", "z")])

    assert dict(said.labels) == {FIRST: "y", SECOND: "2"}


def test_another_layout_of_the_same_glyphs_is_said() -> None:
    said = preferring(Corrections(), pair("x", "2", "Sup"), [pair("x", "2")])

    assert said.labels == ()
    assert said.relations == ((SECOND, FIRST, "Sup"),)


def test_another_beginning_is_said() -> None:
    other = LayoutTree((Symbol("x", (0,)), Symbol("2", (1,))), ((1, 0, "Right"),))

    said = preferring(Corrections(), pair("x", "2"), [other])

    assert set(said.relations) == {(FIRST, None, "Right"), (SECOND, FIRST, "Right")}


def test_other_glyphs_are_said_with_their_classes() -> None:
    joined = LayoutTree((Symbol("=", (0, 1)),))

    said = preferring(Corrections(), joined, [pair("-", "-")])

    assert said.glyphs == (frozenset({0, 1}),)
    assert dict(said.labels) == {frozenset({0, 1}): "="}


def test_what_was_said_before_stays_where_it_does_not_contradict() -> None:
    before = Corrections().with_label({0}, "x")

    said = preferring(before, pair("x", "2"), [pair("x", "z")])

    assert dict(said.labels) == {FIRST: "x", SECOND: "2"}
