"""What the user chose by hand is called so: it is no network's answer, sure or not."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Reading
from digitvision.ui.draw.page_answer import PageAnswer
from digitvision.ui.reading.reading_text import trust_of
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.draw.page_window import PageMaker, PageWindow, strokes_of_row
from tests.ui.expressions import KnownReader


def _spoken(page: PageWindow, place: int) -> str:
    index = page.answer.panel.rows.model().index(place, 0)
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def _reading(*, sure: bool = True, confidences: tuple[float, ...] = ()) -> Reading:
    strokes = tuple(strokes_of_row(0, 4))
    reader = KnownReader("1+2=", sure=sure, confidence=0.95 if sure else 0.3, confidences=confidences)
    return reader.read(Drawing(strokes), Corrections(), "")


@pytest.mark.slow
def test_another_candidate_of_a_row_is_the_users_choice(pages: PageMaker) -> None:
    page = pages()
    page.put(4, 4)
    answer: PageAnswer = page.answer
    assert answer.details.confidence_text == "95.0\u00a0% Sure"

    answer.panel.candidate_chosen.emit(1)
    page.settle()

    assert answer.items[0].text == "7+2="
    assert [item.trust for item in answer.items] == ["chosen", "sure"]
    assert answer.details.confidence_text == "Your choice"
    assert _spoken(page, 0).startswith("Row 1: 7+2=, your choice")

    page.window.document.undo_stack.undo()
    page.settle()
    assert answer.details.confidence_text == "95.0\u00a0% Sure"


@pytest.mark.slow
def test_a_choice_in_an_equation_is_called_so(equations: EquationMaker) -> None:
    window = equations("1+2=")
    window.write(4)

    window.answer.panel.candidate_chosen.emit(1)
    window.settle()

    assert window.latex == "7 + 2 ="
    assert window.answer.panel.confidence_text == "Your choice"


def test_what_was_chosen_in_a_row_that_is_not_sure_makes_its_value_certain(pages: PageMaker) -> None:
    page = pages(unsure=frozenset({0}))
    page.put(4)
    assert [item.trust for item in page.answer.items] == ["not sure"]
    assert page.answer.beside.formulas == []

    page.answer.panel.candidate_chosen.emit(1)
    page.settle()

    assert [item.trust for item in page.answer.items] == ["chosen"]
    assert len(page.answer.beside.formulas) == 1


def test_glyphs_that_nobody_chose_may_still_be_doubtful() -> None:
    first = Corrections().with_label({0}, "7")

    assert trust_of(_reading(), Corrections()) == "sure"
    assert trust_of(_reading(), first) == "chosen"
    assert trust_of(_reading(sure=False), first) == "chosen"
    doubtful = _reading(sure=False, confidences=(0.9, 0.2))
    trusts = [trust_of(doubtful, one) for one in (first, first.with_label({1}, "+"))]
    assert trusts == ["not sure", "chosen"]


def test_where_a_glyph_stands_may_be_chosen_too() -> None:
    assert trust_of(_reading(), Corrections().with_relation({2}, {1}, "Sup")) == "chosen"
    assert trust_of(_reading(), Corrections().with_label({9}, "7")) == "sure", "of another row"


@pytest.mark.parametrize(
    ("said", "trust"),
    [
        (Bounds(0, 0, 500, 90), "chosen"),
        (Bounds(10, 10, 60, 80), "chosen"),
        (Bounds(0, 200, 500, 290), "sure"),
        (None, "chosen"),
    ],
)
def test_a_row_of_a_picture_may_be_chosen(said: Bounds | None, trust: str) -> None:
    reading = _reading()
    reading = replace(reading, glyphs=tuple(replace(one, strokes=()) for one in reading.glyphs))

    assert trust_of(reading, Corrections(picture=((said, "7"),)), Bounds(0, 0, 500, 90)) == trust


def test_latex_is_shown_as_a_person_would_type_it(pages: PageMaker) -> None:
    page = pages(scripts=("200+1",))
    page.put(5)

    assert page.answer.details.latex_text == "200 + 1"
    assert page.answer.items[0].reading.latex == "2 0 0 + 1"
