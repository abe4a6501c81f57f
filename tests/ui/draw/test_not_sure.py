"""Readings that are not sure, and symbols that look alike, as the window shows them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_card import Figure
from digitvision.recognition.models.model_store import Model
from digitvision.ui.answer.answer_panel import AnswerPanel
from digitvision.ui.answer.ranked_chart import RankedChart
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.recognition.one_class_models import ODD, save_model
from tests.ui.alphabets import many_classes, reading
from tests.ui.controls import choose, labels, named
from tests.ui.hand import tap, write
from tests.ui.pictures import picture_of
from tests.ui.windows import WindowMaker

Settle = Callable[[MainWindow], None]


@pytest.fixture
def model() -> Model:
    return many_classes()


@pytest.fixture
def panel(qtbot: QtBot, model: Model) -> Iterator[AnswerPanel]:
    panel = AnswerPanel()
    panel.resize(320, 520)
    panel.show_model(model, "all")
    panel.show()
    yield panel
    panel.close()
    panel.deleteLater()


def _spoken(panel: AnswerPanel) -> str:
    return named(panel, QLabel, "Answer").accessibleDescription()


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"4": 0.5}, "Perhaps 4"),
        ({"4": 0.48, "9": 0.41}, "Perhaps 4 or 9"),
        ({"4": 0.4, "9": 0.3, "θ": 0.25}, "Perhaps 4, 9 or θ"),
        ({"4": 0.3, "9": 0.2, "7": 0.2, "A": 0.2}, "Perhaps 4, 7 or 9"),
        ({"4": 0.55, "9": 0.05}, "Perhaps 4"),
    ],
)
def test_a_doubtful_reading_says_what_it_might_be(
    panel: AnswerPanel, model: Model, shares: dict[str, float], words: str
) -> None:
    panel.show_reading(reading(model, shares), ease=False)

    assert panel.answer_text == ""
    assert panel.headline_text == "Not sure"
    assert panel.verdict_text == words
    assert _spoken(panel) == f"Not sure, {words}"


def test_not_sure_stands_in_the_largest_type_with_a_question_mark_beside_it(panel: AnswerPanel, model: Model) -> None:
    panel.show_reading(reading(model, {"4": 0.48, "9": 0.41}), ease=False)

    seen = [label for label in panel.findChildren(QLabel) if label.isVisible() and label.text()]
    assert max(seen, key=lambda label: label.font().pointSizeF()).text() == "Not sure"
    mark = named(panel, QLabel, "Answer")
    assert mark.isVisible()
    assert not mark.pixmap().isNull()
    picture = picture_of(mark)
    assert (picture != picture[0, 0]).any()


def test_a_foreign_symbol_is_named_as_nothing(panel: AnswerPanel, model: Model) -> None:
    panel.show_reading(reading(model, {"8": 0.97}, in_vocabulary=0.2), ease=False)

    assert panel.answer_text == ""
    assert panel.headline_text == "Not sure"
    assert panel.verdict_text == "Looks like no symbol of this alphabet"
    assert not any("8" in text or "97" in text for text in labels(panel) if not text.startswith("M"))
    # The bar shows a share of the in-vocabulary score, not the confidence among classes that it does not belong to.
    assert panel.chart.values.max() == pytest.approx(0.97 * 0.2, abs=0.01)


def test_a_sure_reading_after_a_doubtful_one_is_in_large_type_again(panel: AnswerPanel, model: Model) -> None:
    panel.show_reading(reading(model, {"4": 0.48, "9": 0.41}), ease=False)
    panel.show_reading(reading(model, {"4": 0.97}, sure=True), ease=False)

    assert panel.answer_text == "4"
    assert panel.verdict_text == "Sure"
    assert named(panel, QLabel, "Answer").pixmap().isNull()
    assert _spoken(panel).startswith("4 97")

    panel.show_nothing()
    assert (panel.answer_text, panel.headline_text) == ("", "No answer yet")
    assert not named(panel, QLabel, "Answer").isVisible()


def test_a_fair_reading_that_is_not_doubted_is_likely(panel: AnswerPanel, model: Model) -> None:
    panel.show_reading(reading(model, {"4": 0.7}, sure=True), ease=False)

    assert (panel.answer_text, panel.verdict_text) == ("4", "Likely")


@pytest.mark.parametrize(
    ("shares", "sure", "words"),
    [
        ({"0": 0.5, "O": 0.4}, False, "0 and O look alike: size or context decides"),
        ({"O": 0.4, "o": 0.3, "0": 0.2}, False, "O, o and 0 look alike: size or context decides"),
        ({"S": 0.7, "s": 0.2}, True, "S and s look alike: size or context decides"),
        ({"4": 0.4, "x": 0.3, "X": 0.2}, False, "x and X look alike: size or context decides"),
        ({"S": 0.95, "s": 0.04}, True, ""),
        ({"4": 0.5, "A": 0.4}, False, ""),
    ],
)
def test_look_alikes_that_are_close_are_named_beside_the_answer(
    panel: AnswerPanel, model: Model, shares: dict[str, float], sure: bool, words: str
) -> None:
    panel.show_reading(reading(model, shares, sure=sure), ease=False)

    assert panel.likeness_text == words
    label = named(panel, QLabel, "Look-alikes")
    assert label.isVisible() == bool(words)
    assert "neighbours" in label.toolTip()


def test_look_alikes_of_a_foreign_symbol_are_not_named(panel: AnswerPanel, model: Model) -> None:
    panel.show_reading(reading(model, {"0": 0.5, "O": 0.4}, in_vocabulary=0.1), ease=False)

    assert panel.likeness_text == ""


def test_many_classes_are_ranked_and_few_stand_in_their_order(panel: AnswerPanel, window: MainWindow) -> None:
    assert isinstance(panel.chart, RankedChart)
    assert panel.chart.isVisible()
    assert window.model is not None

    panel.show_model(window.model, "digits")

    assert not isinstance(panel.chart, RankedChart)
    assert panel.chart.isVisible()
    assert len(panel.chart.values) == 10


def test_in_the_window_a_symbol_that_the_alphabet_lacks_is_not_answered(
    make_window: WindowMaker, settle: Settle, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    window = make_window(model="odd")
    panel = window.draw_tab.character.panel

    write(window.draw_tab.canvas, *sample_drawing(6).strokes)
    settle(window)

    assert panel.answer_text == ""
    assert panel.verdict_text == "Looks like no symbol of this alphabet"
    choose(window, "Digits")
    qtbot.waitUntil(lambda: panel.answer_text == "6")


def test_a_dot_is_too_little_ink(window: MainWindow, settle: Settle) -> None:
    tap(window.draw_tab.canvas, (500, 500))
    settle(window)

    panel = window.draw_tab.character.panel
    assert (panel.answer_text, panel.headline_text) == ("", "Not sure")
    assert panel.verdict_text == "Too little ink to tell"


def test_the_figure_beside_the_answer_is_that_of_the_chosen_alphabet(panel: AnswerPanel, model: Model) -> None:
    figures = tuple(
        Figure("accuracy", value, f"held-out writers, {name}", 100, "digitvision evaluate")
        for name, value in (("letters", 0.5), ("all", 0.75))
    )

    panel.show_model(replace(model, card=replace(model.card, figures=figures)), "all")

    shown = [label.text() for label in panel.findChildren(QLabel)]
    assert any("Held-out writers: 75.00" in text for text in shown), shown
    assert not any("50.00" in text for text in shown), shown
