"""What the user has said of glyphs stays consistent."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.inkml import inkml_bytes, parse_inkml
from digitvision.ink.inkml_annotations import InkAnnotation
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections, annotations_of, corrections_of
from digitvision.recognition.expression.layout import RELATIONS
from tests.ink.drawings import line


def test_nothing_said_is_nothing() -> None:
    assert not Corrections()
    assert Corrections().with_glyph([1])


def test_a_new_word_takes_the_place_of_older_ones_on_the_same_strokes() -> None:
    said = Corrections().with_label([0, 1], "x").with_glyph([1, 2])
    assert said.glyphs == (frozenset({1, 2}),)
    assert said.labels == ()
    said = said.with_label([1, 2], "4").with_label([2, 1], "y")
    assert said.labels == ((frozenset({1, 2}), "y"),)
    assert said.glyphs == (frozenset({1, 2}),)


def test_strokes_apart_are_no_glyph_and_the_reverse() -> None:
    said = Corrections().with_glyph([0, 1]).with_apart([0, 1, 2])
    assert said.glyphs == ()
    assert said.apart == (frozenset({0, 1, 2}),)
    assert said.with_glyph([0, 1]).apart == ()
    assert Corrections().with_apart([0, 1, 2, 3]).with_glyph([0, 1]).apart == (frozenset({2, 3}),)


def test_a_place_has_one_glyph_and_a_glyph_one_place() -> None:
    said = Corrections().with_relation([1], [0], "Sup").with_relation([2], [0], "Sup")
    assert said.relations == ((frozenset({2}), frozenset({0}), "Sup"),)
    said = said.with_relation([2], [1], "Right")
    assert said.relations == ((frozenset({2}), frozenset({1}), "Right"),)
    said = said.with_relation([0], None).with_relation([1], None)
    assert (frozenset({1}), None, "Right") in said.relations
    assert not any(parent is None and child == {0} for child, parent, _ in said.relations)


def test_strokes_that_go_take_what_was_said_of_them_along() -> None:
    said = Corrections().with_label([0, 1], "x").with_relation([2], [0, 1], "Sup").with_label([3], "1")
    # The first stroke was erased.
    moved = said.moved({1: 0, 2: 1, 3: 2})
    assert moved.glyphs == (frozenset({1}), frozenset({2}))
    assert moved.labels == ((frozenset({2}), "1"),)
    assert moved.relations == ()


_SAID = st.lists(st.tuples(st.sampled_from(["glyph", "apart"]), st.frozensets(st.integers(0, 5), min_size=1)))


@given(_SAID)
def test_no_stroke_is_in_two_glyphs_and_no_glyph_is_torn_apart(said: list[tuple[str, frozenset[int]]]) -> None:
    found = Corrections()
    for kind, strokes in said:
        found = found.with_glyph(strokes) if kind == "glyph" else found.with_apart(strokes)
    together = [stroke for glyph in found.glyphs for stroke in glyph]
    assert len(together) == len(set(together))
    assert all(len(glyph & group) < 2 for glyph in found.glyphs for group in found.apart)


STROKES = 6
DRAWING = Drawing(tuple(line((10 * place, 0), (10 * place, 50)) for place in range(STROKES)))

_groups = st.frozensets(st.integers(0, STROKES - 1), min_size=1, max_size=3)
_steps = st.one_of(
    st.tuples(st.just("glyph"), _groups),
    st.tuples(st.just("apart"), st.frozensets(st.integers(0, STROKES - 1), min_size=2)),
    st.tuples(st.just("label"), _groups, st.sampled_from(["x", "<", "&", r"\beta", '"'])),
    st.tuples(st.just("relation"), _groups, st.none() | _groups, st.sampled_from(RELATIONS)),
)


def _told(steps: list[tuple[Any, ...]]) -> Corrections:
    """What the window makes of these gestures."""
    said = Corrections()
    for kind, strokes, *more in steps:
        if kind == "glyph":
            said = said.with_glyph(strokes)
        elif kind == "apart":
            said = said.with_apart(strokes)
        elif kind == "label":
            said = said.with_label(strokes, *more)
        elif more[0] is None:
            said = said.with_relation(strokes, None)
        elif not strokes & more[0]:
            said = said.with_relation(strokes, *more)
    return said


def _alike(one: Corrections, other: Corrections) -> bool:
    """The same is said, in whatever order."""
    fields = ("glyphs", "apart", "labels", "relations")
    return all(frozenset(getattr(one, name)) == frozenset(getattr(other, name)) for name in fields)


@given(st.lists(_steps, max_size=8))
def test_what_was_said_comes_back_from_a_drawings_file(steps: list[tuple[Any, ...]]) -> None:
    said = _told(steps)

    read = parse_inkml(inkml_bytes(DRAWING, annotations_of(said)), where="a.inkml")
    again = corrections_of(read.annotations)

    assert _alike(again, said)
    # A second saving of the same writes the same.
    assert _alike(corrections_of(annotations_of(again)), again)
    assert bool(again) == bool(said)


_anything = st.lists(
    st.builds(
        InkAnnotation,
        st.frozensets(st.integers(0, STROKES - 1), min_size=1),
        st.booleans(),
        st.sampled_from(["", "x"]),
        st.sampled_from(["", "First", "Sideways", *RELATIONS]),
        st.none() | st.integers(-1, 9),
    ),
    max_size=8,
)


@given(_anything)
def test_whatever_a_file_says_contradicts_itself_no_more(annotations: list[InkAnnotation]) -> None:
    said = corrections_of(annotations)

    together = [stroke for glyph in said.glyphs for stroke in glyph]
    assert len(together) == len(set(together))
    assert all(not glyph & group for glyph in said.glyphs for group in said.apart)
    assert all(len(group) > 1 for group in said.apart)
    assert {glyph for glyph, _ in said.labels} <= set(said.glyphs)
    children = [child for child, _, _ in said.relations]
    places = [(parent, relation) for _, parent, relation in said.relations]
    assert len(set(children)) == len(children)
    assert len(set(places)) == len(places)
    assert all(child in said.glyphs and child != parent for child, parent, _ in said.relations)
    assert all(parent is None or parent in said.glyphs for _, parent, _ in said.relations)
    assert all(relation in RELATIONS for _, _, relation in said.relations)


def test_the_first_of_two_contradicting_annotations_holds() -> None:
    said = corrections_of(
        [
            InkAnnotation(frozenset({0, 1}), truth="x"),
            InkAnnotation(frozenset({1, 2}), truth="y"),
            InkAnnotation(frozenset({2}), relation="Sup", parent=0),
            InkAnnotation(frozenset({3}), relation="Sup", parent=0),
            InkAnnotation(frozenset({1, 4, 5}), apart=True),
        ]
    )

    assert said.labels == ((frozenset({0, 1}), "x"),)
    assert said.relations == ((frozenset({2}), frozenset({0, 1}), "Sup"),)
    assert said.apart == (frozenset({4, 5}),)
