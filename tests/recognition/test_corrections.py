"""The user's corrections stay consistent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.inkml import inkml_bytes, parse_inkml
from digitvision.ink.inkml_annotations import InkAnnotation
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections, annotations_of, corrections_of
from digitvision.recognition.expression.layout import RELATIONS
from tests.ink.drawings import line


def test_no_corrections_are_false() -> None:
    assert not Corrections()
    assert Corrections().with_glyph([1])


def test_a_new_correction_replaces_older_ones_of_the_same_strokes() -> None:
    corrections = Corrections().with_label([0, 1], "x").with_glyph([1, 2])
    assert corrections.glyphs == (frozenset({1, 2}),)
    assert corrections.labels == ()
    corrections = corrections.with_label([1, 2], "4").with_label([2, 1], "y")
    assert corrections.labels == ((frozenset({1, 2}), "y"),)
    assert corrections.glyphs == (frozenset({1, 2}),)


def test_strokes_apart_are_no_glyph_and_the_reverse() -> None:
    corrections = Corrections().with_glyph([0, 1]).with_apart([0, 1, 2])
    assert corrections.glyphs == ()
    assert corrections.apart == (frozenset({0, 1, 2}),)
    assert corrections.with_glyph([0, 1]).apart == ()
    assert Corrections().with_apart([0, 1, 2, 3]).with_glyph([0, 1]).apart == (frozenset({2, 3}),)


def test_a_relation_to_a_parent_has_one_glyph_and_a_glyph_one_relation() -> None:
    corrections = Corrections().with_relation([1], [0], "Sup").with_relation([2], [0], "Sup")
    assert corrections.relations == ((frozenset({2}), frozenset({0}), "Sup"),)
    corrections = corrections.with_relation([2], [1], "Right")
    assert corrections.relations == ((frozenset({2}), frozenset({1}), "Right"),)
    corrections = corrections.with_relation([0], None).with_relation([1], None)
    assert (frozenset({1}), None, "Right") in corrections.relations
    assert not any(parent is None and child == {0} for child, parent, _ in corrections.relations)


def test_removed_strokes_take_their_corrections_along() -> None:
    corrections = Corrections().with_label([0, 1], "x").with_relation([2], [0, 1], "Sup").with_label([3], "1")
    # The first stroke was erased.
    moved = corrections.moved({1: 0, 2: 1, 3: 2})
    assert moved.glyphs == (frozenset({1}), frozenset({2}))
    assert moved.labels == ((frozenset({2}), "1"),)
    assert moved.relations == ()


_GESTURES = st.lists(st.tuples(st.sampled_from(["glyph", "apart"]), st.frozensets(st.integers(0, 5), min_size=1)))


@pytest.mark.slow
@given(_GESTURES)
def test_no_stroke_is_in_two_glyphs_and_no_glyph_is_torn_apart(corrections: list[tuple[str, frozenset[int]]]) -> None:
    found = Corrections()
    for kind, strokes in corrections:
        found = found.with_glyph(strokes) if kind == "glyph" else found.with_apart(strokes)
    together = [stroke for glyph in found.glyphs for stroke in glyph]
    assert len(together) == len(set(together))
    assert all(len(glyph & group) < 2 for glyph in found.glyphs for group in found.apart)


STROKES = 6
DRAWING = Drawing(tuple(line((10 * index, 0), (10 * index, 50)) for index in range(STROKES)))

_groups = st.frozensets(st.integers(0, STROKES - 1), min_size=1, max_size=3)
_steps = st.one_of(
    st.tuples(st.just("glyph"), _groups),
    st.tuples(st.just("apart"), st.frozensets(st.integers(0, STROKES - 1), min_size=2)),
    st.tuples(st.just("label"), _groups, st.sampled_from(["x", "<", "&", r"\beta", '"'])),
    st.tuples(st.just("relation"), _groups, st.none() | _groups, st.sampled_from(RELATIONS)),
)


def _corrected(steps: list[tuple[Any, ...]]) -> Corrections:
    """Return the corrections that the window makes of these gestures."""
    corrections = Corrections()
    for kind, strokes, *more in steps:
        if kind == "glyph":
            corrections = corrections.with_glyph(strokes)
        elif kind == "apart":
            corrections = corrections.with_apart(strokes)
        elif kind == "label":
            corrections = corrections.with_label(strokes, *more)
        elif more[0] is None:
            corrections = corrections.with_relation(strokes, None)
        elif not strokes & more[0]:
            corrections = corrections.with_relation(strokes, *more)
    return corrections


def _alike(one: Corrections, other: Corrections) -> bool:
    """Whether both hold the same corrections, in any order."""
    fields = ("glyphs", "apart", "labels", "relations")
    return all(frozenset(getattr(one, name)) == frozenset(getattr(other, name)) for name in fields)


@pytest.mark.slow
@given(st.lists(_steps, max_size=8))
def test_corrections_survive_a_drawings_file(steps: list[tuple[Any, ...]]) -> None:
    corrections = _corrected(steps)

    read = parse_inkml(inkml_bytes(DRAWING, annotations_of(corrections)), where="a.inkml")
    again = corrections_of(read.annotations)

    assert _alike(again, corrections)
    # Saving again writes the same.
    assert _alike(corrections_of(annotations_of(again)), again)
    assert bool(again) == bool(corrections)


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


@pytest.mark.slow
@given(_anything)
def test_corrections_from_any_file_are_consistent(annotations: list[InkAnnotation]) -> None:
    corrections = corrections_of(annotations)

    together = [stroke for glyph in corrections.glyphs for stroke in glyph]
    assert len(together) == len(set(together))
    assert all(not glyph & group for glyph in corrections.glyphs for group in corrections.apart)
    assert all(len(group) > 1 for group in corrections.apart)
    assert {glyph for glyph, _ in corrections.labels} <= set(corrections.glyphs)
    children = [child for child, _, _ in corrections.relations]
    claims = [(parent, relation) for _, parent, relation in corrections.relations]
    assert len(set(children)) == len(children)
    assert len(set(claims)) == len(claims)
    assert all(child in corrections.glyphs and child != parent for child, parent, _ in corrections.relations)
    assert all(parent is None or parent in corrections.glyphs for _, parent, _ in corrections.relations)
    assert all(relation in RELATIONS for _, _, relation in corrections.relations)


def test_the_first_of_two_contradicting_annotations_holds() -> None:
    corrections = corrections_of(
        [
            InkAnnotation(frozenset({0, 1}), truth="x"),
            InkAnnotation(frozenset({1, 2}), truth="y"),
            InkAnnotation(frozenset({2}), relation="Sup", parent=0),
            InkAnnotation(frozenset({3}), relation="Sup", parent=0),
            InkAnnotation(frozenset({1, 4, 5}), apart=True),
        ]
    )

    assert corrections.labels == ((frozenset({0, 1}), "x"),)
    assert corrections.relations == ((frozenset({2}), frozenset({0, 1}), "Sup"),)
    assert corrections.apart == (frozenset({4, 5}),)


def test_a_class_is_taken_back() -> None:
    chosen = Corrections().with_label([1], "7").with_label([2], "x")

    assert chosen.without_label([1]) == Corrections().with_label([2], "x")
    related = chosen.with_relation([2], [1], "Sup")
    assert related.without_label([1]).relations == related.relations
    assert {frozenset({1}), frozenset({2})} == set(related.without_label([1]).glyphs)


def test_a_class_in_a_picture_is_taken_back() -> None:
    box, other = Bounds(0, 0, 9, 9), Bounds(20, 0, 29, 9)
    chosen = Corrections().with_picture_label(box, "6").with_picture_label(other, "7").with_picture_text("67")

    kept = chosen.without_picture_label(box)

    assert (kept.label_of_picture(box), kept.label_of_picture(other)) == ("", "7")
    assert (None, "67") in kept.picture


def test_what_was_said_of_words_is_told_from_what_was_said_of_glyphs() -> None:
    both = Corrections().with_label([0, 1], "h e l l o").with_label([2], "x").with_apart([3, 4])

    assert both.words == ((frozenset({0, 1}), "h e l l o"),)
    assert both.without_words() == Corrections().with_label([2], "x").with_apart([3, 4])
    glyphs = Corrections().with_label([2], "x")
    assert glyphs.without_words() is glyphs
