"""The buttons with the other candidates: the difference of each is visible, however long the formula is."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.notation.typesetting import SMALL, TypesetDifference, typeset_difference
from digitvision.recognition.prediction import Candidate
from digitvision.ui.answer.candidate_row import (
    ICON_HEIGHTS_PX,
    LEGIBLE,
    PATIENCE_MS,
    READABLE,
    WIDEST_ICON_PX,
    CandidateRow,
)
from digitvision.ui.answer.formula_image import image_of
from digitvision.ui.answer.text_image import LONGEST_TEXT, marked_characters
from digitvision.ui.reading.typesetting import TYPESET_SIZE
from digitvision.ui.theme import Appearance, Theme
from tests.recognition.expression.trees import tree_of
from tests.ui.pictures import Picture, pixels

_LONG = r"x = \frac{- b + \sqrt{b^{2} - 4 a c}}{2 a} + y - z + 1 0 0 0"


@pytest.fixture
def shown(qtbot: QtBot) -> CandidateRow:
    made = CandidateRow()
    qtbot.addWidget(made)
    made.resize(1000, 40)
    made.show()
    return made


def _readings(latex: str, *changes: tuple[int, str]) -> list[LayoutTree]:
    """Return a tree, and then one tree for each change, with one other symbol."""
    trees = [tree_of(latex)]
    for index, label in changes:
        symbols = list(trees[0].symbols)
        symbols[index] = Symbol(label, symbols[index].strokes)
        trees.append(LayoutTree(tuple(symbols), trees[0].relations))
    return trees


def _show(row: CandidateRow, trees: list[LayoutTree]) -> list[TypesetDifference]:
    row.show_candidates([Candidate(text_of(tree), tree.latex, 0.5 / (index + 1)) for index, tree in enumerate(trees)])
    found = []
    for index, tree in enumerate(trees[1:], start=1):
        formula = typeset_difference(tree, trees[0], size=TYPESET_SIZE)
        assert formula is not None
        row.show_formula(index, formula)
        found.append(formula)
    return found


def _icon(row: CandidateRow, number: int) -> Picture:
    button = row.buttons[number]
    return pixels(button.icon().pixmap(button.iconSize()).toImage())


def test_a_short_formula_is_shown_whole(shown: CandidateRow) -> None:
    (formula,) = _show(shown, _readings("x + 1", (0, "X")))

    size = shown.buttons[0].iconSize()
    assert (size.width(), size.height()) == pytest.approx((formula.forms[0].width, formula.forms[0].height), rel=0.25)


def test_a_lone_sign_beside_dots_is_shown_only_where_the_whole_is_not_legible(shown: CandidateRow) -> None:
    shown.set_icon_height(ICON_HEIGHTS_PX[1])
    (formula,) = _show(shown, _readings(r"3 \frac{1}{i} - 7", (0, "j")))
    whole, shortest = formula.forms[0], formula.forms[-1]
    assert len(shortest.rectangles) == 1
    scale = ICON_HEIGHTS_PX[1] / whole.height
    assert LEGIBLE <= scale < READABLE

    size = shown.buttons[0].iconSize()
    assert (size.width(), size.height()) == pytest.approx((scale * whole.width, ICON_HEIGHTS_PX[1]), abs=2)


@pytest.mark.parametrize("height", ICON_HEIGHTS_PX)
def test_the_difference_of_a_long_formula_can_be_read(shown: CandidateRow, height: int) -> None:
    shown.set_icon_height(height)
    for formula in _show(shown, _readings(_LONG, (0, "X"), (11, "C"), (13, "d"))):
        whole = formula.forms[0]
        assert min(WIDEST_ICON_PX / whole.width, height / whole.height) < READABLE, "it would be squeezed"
    for number in range(3):
        size = shown.buttons[number].iconSize()
        assert size.width() <= WIDEST_ICON_PX
        assert size.height() <= height
        # No smaller than a digit is at that scale: the whole would be.
        assert size.height() >= READABLE * 0.6 * TYPESET_SIZE


def test_buttons_of_long_formulas_that_differ_in_one_symbol_look_different(shown: CandidateRow) -> None:
    _show(shown, _readings(_LONG, (11, "C"), (11, "e"), (13, "d"), (13, "0")))
    icons = [_icon(shown, number) for number in range(len(shown.buttons))]

    assert len(icons) >= 3
    for number, one in enumerate(icons):
        for other in icons[number + 1 :]:
            same = one.shape == other.shape
            assert not same or (one != other).any(axis=2).mean() > 0.03


def test_a_formula_that_fits_at_the_smallest_scale_has_no_shorter_form() -> None:
    width, height = (length * TYPESET_SIZE for length in SMALL)

    assert min(WIDEST_ICON_PX / width, ICON_HEIGHTS_PX[0] / height) >= READABLE * 0.99


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_the_changed_symbol_has_a_mark_behind_it(
    shown: CandidateRow, qtbot: QtBot, appearance: Appearance, theme: Theme
) -> None:
    theme.set_appearance(appearance)
    qtbot.wait(20)
    (formula,) = _show(shown, _readings("x + 1", (2, "7")))
    colour = shown.palette().buttonText().color()
    whole = formula.forms[0]
    button = shown.buttons[0]
    scale = button.iconSize().height() / whole.height
    plain = pixels(image_of(whole, scale=scale, colour=colour, ground=None)).astype(int)
    marked = _icon(shown, 0).astype(int)
    height, width = min(plain.shape[0], marked.shape[0]), min(plain.shape[1], marked.shape[1])

    differs = np.flatnonzero((abs(plain[:height, :width] - marked[:height, :width]).max(axis=2) > 20).any(axis=0))

    left, _, across, _ = whole.rectangles[2]
    assert left * scale - 4 <= differs[0] <= differs[-1] <= (left + across) * scale + 4


def test_where_all_is_different_nothing_is_marked(shown: CandidateRow) -> None:
    (formula,) = _show(shown, _readings("x", (0, "X")))
    colour = shown.palette().buttonText().color()
    scale = shown.buttons[0].iconSize().height() / formula.forms[0].height
    plain = pixels(image_of(formula.forms[0], scale=scale, colour=colour, ground=None))

    assert np.array_equal(_icon(shown, 0), plain)


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("short", "shirt", "short"),
        ("a" * 30 + "b", "a" * 31, "…" + "a" * 23 + "b"),
        ("b" + "a" * 30, "a" * 31, "b" + "a" * 23 + "…"),
        ("the quick brown fax jumps over it", "the quick brown fox jumps over it", "… brown fax jumps over it"),
        ("the quick brown fox jumps over", "the quick brown fox jumps over it", "…ick brown fox jumps over"),
    ],
)
def test_a_long_text_is_cut_to_what_is_different(text: str, before: str, expected: str) -> None:
    short = "".join(character for character, _ in marked_characters(text, before))

    assert short == expected
    assert len(short.strip("…")) <= LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "before", "marked"),
    [
        ("4o7", "407", "o"),
        ("2+x1z", "2+4122", "xz"),
        ("the fax", "the fox", "a"),
        ("fax", "the fax", ""),
        # Where every character is different, marks would say nothing.
        ("u", "4", ""),
        ("b" + "a" * 40, "a" * 40, "b"),
    ],
)
def test_the_difference_of_a_text_is_marked(text: str, before: str, marked: str) -> None:
    assert "".join(character for character, is_marked in marked_characters(text, before) if is_marked) == marked


def _words(*texts: str) -> list[Candidate]:
    return [Candidate(text, " ".join(text), 0.5 / (index + 1)) for index, text in enumerate(texts)]


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_words_have_a_mark_behind_what_is_different(
    shown: CandidateRow, qtbot: QtBot, appearance: Appearance, theme: Theme
) -> None:
    theme.set_appearance(appearance)
    qtbot.wait(20)
    icons = []
    for before in ("fox", "fax"):
        shown.show_candidates(_words(before, "fax"))
        shown.show_formula(1, None)
        icons.append(_icon(shown, 0).astype(int))

    differs = np.flatnonzero((abs(icons[0] - icons[1]).max(axis=2) > 20).any(axis=0))

    # The middle one of three letters.
    assert icons[0].shape == icons[1].shape
    assert 0.15 < differs[0] / icons[0].shape[1] < differs[-1] / icons[0].shape[1] < 0.75


@pytest.mark.parametrize("height", ICON_HEIGHTS_PX)
def test_a_formula_that_would_be_too_small_is_shown_as_text(shown: CandidateRow, height: int) -> None:
    shown.set_icon_height(height)
    (formula,) = _show(shown, [tree_of(r"\int x^{d^{2} x} 2"), tree_of(r"\int x^{d^{2}} 2 x")])

    scale = max(min(1.0, height / form.height, WIDEST_ICON_PX / form.width) for form in formula.forms)
    size = shown.buttons[0].iconSize()
    if scale < LEGIBLE:
        assert size.width() > 1.4 * scale * formula.forms[0].width
        assert size.height() <= height
    else:
        assert size.width() == pytest.approx(scale * formula.forms[0].width, abs=2)


def test_with_least_room_an_integral_is_too_small(shown: CandidateRow) -> None:
    (formula,) = _show(shown, [tree_of(r"\int x^{d^{2} x} 2"), tree_of(r"\int x^{d^{2}} 2 x")])

    assert max(ICON_HEIGHTS_PX[0] / form.height for form in formula.forms) < LEGIBLE


# --- while new readings are typeset ---------------------------------------------------------------------------------


def _looks(row: CandidateRow) -> list[tuple[str, bytes]]:
    return [(button.accessibleName(), _icon(row, number).tobytes()) for number, button in enumerate(row.buttons)]


def test_new_readings_come_when_all_are_typeset(shown: CandidateRow, qtbot: QtBot) -> None:
    _show(shown, _readings("x + 1", (0, "X"), (2, "7")))
    before = _looks(shown)
    chosen: list[int] = []
    shown.chosen.connect(chosen.append)
    trees = _readings("x + 1 2", (3, "z"), (2, "7"))
    formulas = [typeset_difference(tree, trees[0], size=TYPESET_SIZE) for tree in trees]

    shown.show_candidates([Candidate(text_of(tree), tree.latex, 0.3) for tree in trees])
    shown.show_formula(1, formulas[1])
    assert _looks(shown) == before
    # What was there before is nothing that could be chosen any more.
    shown.buttons[0].click()
    assert chosen == []

    shown.show_formula(2, formulas[2])
    assert [button.accessibleName() for button in shown.buttons] == ["Read it as x+1z", "Read it as x+72"]
    shown.buttons[0].click()
    assert chosen == [1]


@pytest.mark.slow
def test_a_candidate_that_takes_long_is_shown_as_text(shown: CandidateRow, qtbot: QtBot) -> None:
    _show(shown, _readings("x + 1", (0, "X")))
    shown.show_candidates(_words("x+1", "x+7"))
    assert shown.buttons[0].accessibleName() == "Read it as X+1"

    qtbot.waitUntil(lambda: shown.buttons[0].accessibleName() == "Read it as x+7", timeout=10 * PATIENCE_MS)

    as_text = _icon(shown, 0)
    (tree,) = _readings("x + 7")
    shown.show_formula(1, typeset_difference(tree, tree_of("x + 1"), size=TYPESET_SIZE))
    assert as_text.shape != _icon(shown, 0).shape


def test_nothing_is_offered_at_once_when_nothing_is_read(shown: CandidateRow) -> None:
    _show(shown, _readings("x + 1", (0, "X")))
    shown.clear()
    assert shown.buttons == []


def test_no_two_buttons_look_the_same(shown: CandidateRow) -> None:
    """Two candidates that differ from the best in the same way, and from each other elsewhere."""
    fraction = r"\frac{2 x^{%s + 1 + c}}{3 y^{%s + 1 + c}}"

    _show(shown, [tree_of(fraction % letters) for letters in (("a", "a"), ("b", "a"), ("a", "b"))])

    assert not np.array_equal(_icon(shown, 0), _icon(shown, 1))
