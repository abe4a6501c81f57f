"""The model card on screen: licences with what they restrict, alphabets, figures with the command that printed them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_card import AlphabetCard, DataSource, Figure
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.document.document import Document
from digitvision.ui.models.model_card_page import ModelCardPage
from digitvision.ui.models.model_tab import ModelTab
from tests.ui.controls import labels, named, rows


def _model(licence: str = "CC BY 4.0") -> Model:
    """The shipped model with another card: two sources, two alphabets."""
    model = ModelStore().find("classic")
    return replace(
        model,
        card=replace(
            model.card,
            description="Reads what pens write.",
            data=(DataSource("UNIPEN", 11_849, "CC BY 4.0"), DataSource("Other", 85_802, licence)),
            views=("raster", "trajectory"),
            alphabets=(AlphabetCard("digits", tuple(range(10))), AlphabetCard("upper", (1, 2))),
            figures=(
                Figure("accuracy", 0.9931, "UNIPEN", 1184, "digitvision evaluate --model m --data unipen.npz"),
                Figure("wrong answers (count)", 8.0, "UNIPEN", 1184, "digitvision evaluate --model m"),
                Figure("rejection AUROC", 0.9876, "UNIPEN", 1184, "digitvision evaluate --model m"),
                Figure("one glyph, ms", 0.31, "this machine", 200, "digitvision evaluate --model m"),
            ),
        ),
    )


def _page(qtbot: QtBot, model: Model) -> ModelCardPage:
    page = ModelCardPage()
    qtbot.addWidget(page)
    page.resize(800, 600)
    page.show()
    page.show_model(model)
    qtbot.wait(1)
    return page


def test_the_card_tells_data_licences_size_and_preprocessing(qtbot: QtBot) -> None:
    page = _page(qtbot, _model())

    text = "\n".join(labels(page))
    assert "Reads what pens write." in text
    assert "UNIPEN, 11,849 samples (CC BY 4.0)\nOther, 85,802 samples (CC BY 4.0)" in text
    assert "0.86 MB" in text
    assert "the picture and the pen's path, preprocessing " in text
    assert "Digits (10): 0 1 2 3 4 5 6 7 8 9\nCapitals (2): 1 2" in text


def test_the_card_tells_how_many_wrote_the_data_and_that_the_network_looks_around(qtbot: QtBot) -> None:
    model = _model()
    sources = (DataSource("CROHME", 85_802, "CC BY 4.0", 1215), DataSource("MNIST", 60_000, "MIT"))
    views = ("raster", "trajectory", "surroundings")

    page = _page(qtbot, replace(model, card=replace(model.card, data=sources, views=views)))

    text = "\n".join(labels(page))
    assert "CROHME, 85,802 samples by 1,215 writers (CC BY 4.0)\nMNIST, 60,000 samples (MIT)" in text
    assert "the pen's path and what lies around, where anything does, preprocessing " in text


def test_figures_stand_beside_their_commands(qtbot: QtBot) -> None:
    page = _page(qtbot, _model())

    shown = rows(named(page, QTreeWidget, "Measured"))
    assert shown[0] == ["accuracy", "99.31 %", "UNIPEN", "1,184", "digitvision evaluate --model m --data unipen.npz"]
    assert [row[1] for row in shown[1:]] == ["8", "0.9876", "0.31"]


@pytest.mark.parametrize(
    ("licence", "restricted"),
    [
        ("CC BY-NC-SA 3.0", True),
        ("CC BY-NC-SA 3.0 (non-commercial)", True),
        ("research use with citation", True),
        ("CC BY-SA 3.0; by Y. LeCun, C. Cortes and C. Burges", False),
        ("ODbL 1.0", False),
        ("MIT", False),
    ],
)
def test_a_licence_that_restricts_is_pointed_out(qtbot: QtBot, licence: str, restricted: bool) -> None:
    page = _page(qtbot, _model(licence))

    told = [text for text in labels(page) if "licensed with limits" in text]

    assert ("Restricted" in labels(page)) == restricted
    assert len(told) == restricted
    assert all(text.startswith("Other: licensed with limits") for text in told)


def test_all_facts_are_in_view_where_there_is_room(qtbot: QtBot) -> None:
    page = _page(qtbot, ModelStore().find("classic"))
    page.resize(800, 1000)
    qtbot.wait(1)
    model = _model()

    sources = tuple(DataSource(f"Source {number}", 100, "MIT") for number in range(15))
    page.show_model(replace(model, card=replace(model.card, data=sources)))
    # New labels are laid out in steps.
    qtbot.wait(50)

    assert page.facts_hidden_px == 0


@pytest.fixture
def tab(qtbot: QtBot) -> Iterator[ModelTab]:
    """The tab alone, opened at what was measured."""
    tab = ModelTab(ModelStore(), Document())
    qtbot.addWidget(tab)
    tab.show()
    tab.show_evaluation()
    yield tab
    tab.shut_down()


def test_a_model_of_several_alphabets_is_measured_within_the_one_chosen(tab: ModelTab) -> None:
    page = tab.evaluation_page

    tab.show_model(_model(), "digits")
    choice = page.findChildren(QComboBox)[1]
    assert choice.isVisible()
    assert [choice.itemText(row) for row in range(choice.count())] == ["Digits", "Capitals"]
    choice.setCurrentIndex(1)
    tab.show_model(_model(), "digits")
    assert choice.currentData() == "upper"

    tab.show_model(ModelStore().find("classic"), "digits")
    assert not choice.isVisible()


def test_files_under_one_licence_are_told_together(qtbot: QtBot) -> None:
    model = _model()
    limited = "CC BY-NC-SA 3.0"
    sources = (DataSource("a", 1, limited), DataSource("b", 1, "MIT"), DataSource("c", 1, limited))

    page = _page(qtbot, replace(model, card=replace(model.card, data=sources)))

    (told,) = [text for text in labels(page) if "licensed with limits" in text]
    assert told.startswith("a, c: licensed with limits")
    assert "\n" not in told
