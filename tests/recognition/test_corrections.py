"""What the user has said of glyphs stays consistent."""

from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.corrections import Corrections


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
