"""The model card on screen: what the model reads and for whom, five figures, and what is folded behind lines."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QTabBar, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_card import AlphabetCard, DataSource, Figure
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.document.document import Document
from digitvision.ui.models.folded_section import FoldedSection
from digitvision.ui.models.model_card_page import ModelCardPage
from digitvision.ui.models.model_tab import ModelTab
from tests.ui.controls import button, labels, named, open_page, rows
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _model(licence: str = "CC BY 4.0") -> Model:
    """The shipped model with another card: two sources, two alphabets."""
    model = ModelStore().find("classic")
    return replace(
        model,
        card=replace(
            model.card,
            description="Reads what pens write.",
            data=(DataSource("unipen/unipen_digits.npz", 11_849, "CC BY 4.0"), DataSource("Other", 85_802, licence)),
            views=("raster", "trajectory"),
            alphabets=(AlphabetCard("digits", tuple(range(10))), AlphabetCard("upper", (1, 2))),
            figures=(
                Figure("accuracy", 0.9931, "UNIPEN", 1184, "digitvision evaluate --model m --data unipen.npz"),
                Figure("wrong answers (count)", 8.0, "UNIPEN", 1184, "digitvision evaluate --model m"),
                Figure("AUROC of glyphs against strangers", 0.9876, "UNIPEN", 1184, "digitvision evaluate --model m"),
                Figure("one glyph, ms", 0.31, "this machine", 200, "digitvision evaluate --model m"),
            ),
        ),
    )


def _bare() -> Model:
    """A model of whose making nothing is known, as from a file of somebody else's."""
    model = ModelStore().find("classic")
    card = replace(
        model.card, description="", data=(), settings={}, figures=(), created="", versions={}, layers=(), parameters=0
    )
    return replace(model, card=card, bundled=False)


def _page(qtbot: QtBot, model: Model) -> ModelCardPage:
    page = ModelCardPage()
    qtbot.addWidget(page)
    page.resize(960, 700)
    page.show()
    page.show_model(model)
    qtbot.wait(1)
    return page


def _sections(page: QWidget) -> dict[str, FoldedSection]:
    """The sections that are offered, by what stands on their lines."""
    return {one.title: one for one in page.findChildren(FoldedSection) if one.isVisible()}


def _opened(page: ModelCardPage, title: str) -> str:
    """What a section shows once somebody has clicked on its line."""
    button(page, title).click()
    return "\n".join(labels(_sections(page)[title]))


def test_the_card_names_what_the_model_reads_and_looks_at(qtbot: QtBot) -> None:
    page = _page(qtbot, _model())

    text = "\n".join(labels(page))
    assert "Reads what pens write." in text
    assert "0.3 MB" in text or "0.9 MB" in text
    assert "One character at a time: digits and capitals." in text
    assert "It looks at the picture of the character and the path of the pen." in text


def test_the_card_says_when_a_network_takes_in_the_spatial_context(qtbot: QtBot) -> None:
    model = _model()

    page = _page(qtbot, replace(model, card=replace(model.card, views=("raster", "trajectory", "surroundings"))))

    assert "the path of the pen and what stands around it in a line or a formula." in "\n".join(labels(page))


def test_data_are_folded_and_named_as_people_know_them(qtbot: QtBot) -> None:
    model = _model()
    sources = (
        DataSource("crohme/crohme2014_2016_train.jsonl.xz", 85_802, "CC BY 4.0", 1215),
        DataSource("unipen_digits.npz", 11_069, "CC BY 4.0", 201),
        DataSource("unipen_upper.npz", 20_036, "CC BY 4.0", 213),
        DataSource("mnist", 60_000, "MIT"),
    )
    page = _page(qtbot, replace(model, card=replace(model.card, data=sources)))
    assert "MNIST" not in "\n".join(labels(page))

    text = _opened(page, "Data and licences")

    assert "CROHME\n85,802 samples by 1,215 writers\nCC BY 4.0" in text
    assert "UNIPEN (digits, capitals)\n31,105 samples by at least 213 writers\nCC BY 4.0" in text
    assert "MNIST\n60,000 samples\nMIT" in text
    assert ".npz" not in text


def test_the_alphabets_are_folded_with_all_their_signs(qtbot: QtBot) -> None:
    text = _opened(_page(qtbot, _model()), "All signs that it knows")

    assert "Digits (10)\n0 1 2 3 4 5 6 7 8 9\nCapitals (2)\n1 2" in text


def test_a_click_opens_a_section_and_another_folds_it(qtbot: QtBot) -> None:
    page = _page(qtbot, _model())
    section = _sections(page)["All layers"]
    table = named(page, QTreeWidget, "Layers")
    assert not table.isVisible()

    button(page, "All layers").click()
    assert table.isVisible()
    assert section.is_open

    button(page, "All layers").click()
    assert not table.isVisible()


def test_the_first_figures_say_what_they_mean(qtbot: QtBot) -> None:
    text = "\n".join(labels(_page(qtbot, ModelStore().find("classic"))))

    assert "99.17 %\nof the characters are read right, out of 10 possible signs." in text
    assert "99.76 %\nof the answers that it calls sure are right." in text
    assert "83\nof 10,000 characters were misread." in text
    assert "Measured on 10,000 samples that it did not learn from: MNIST test." in text


@pytest.mark.parametrize("name", ["digits", "glyphs", "equations"])
def test_no_card_shows_file_names_keys_or_raw_times(qtbot: QtBot, name: str) -> None:
    page = _page(qtbot, ModelStore().find(name))
    for section in _sections(page).values():
        section.set_open(True)

    text = "\n".join(labels(page))

    assert sum(" %" in line and len(line) < 9 for line in labels(page)) == 5
    for word in (".npz", ".jsonl", "T0", "+00:00", "seconds", "known_above", "strangers", "surroundings", "{'", "['"):
        assert word not in text
    assert "November 2026" in text


def test_figures_stand_beside_their_commands(qtbot: QtBot) -> None:
    page = _page(qtbot, _model())

    shown = rows(named(page, QTreeWidget, "Measured"))
    command = "digitvision evaluate --model m --data unipen.npz"
    assert shown[0] == ["answers right", "99.31 %", "UNIPEN", "1,184", command]
    assert [row[1] for row in shown[1:]] == ["8", "0.988", "0.31"]


def test_the_settings_of_a_training_are_shown_in_words_and_only_those_that_were_set(qtbot: QtBot) -> None:
    model = _model()
    settings = {
        "data": ["unipen_digits.npz", "mnist"],
        "base": "",
        "freeze": 0,
        "recipe": "",
        "data_root": "",
        "epochs": 5,
        "kept_epoch": 4,
        "schedule": "one-cycle",
        "patience": 2,
        "augment": True,
        "new_head": False,
        "seed": 1,
        "seconds": 134.7,
        "history": [{"epoch": 1}],
    }

    text = _opened(_page(qtbot, replace(model, card=replace(model.card, settings=settings))), "How it was trained")

    assert text.startswith("Data\nUNIPEN, digits and MNIST\nEpochs\n5\nKept epoch\n4\nSchedule\none cycle: rising")
    assert (
        "Stop early after\n2 epochs without gain\nAugmentation\nslant, size and position varied\nRandom seed\n1" in text
    )
    for word in ("134.7", "history", "recipe", "root", "freeze", "head"):
        assert word not in text


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

    text = "\n".join(labels(page))

    assert ("For study and research. The data of Other may not be used for everything" in text) == restricted
    assert ("For everybody: none of its data forbids a use." in text) != restricted


def test_data_without_a_known_licence_is_pointed_out(qtbot: QtBot) -> None:
    text = "\n".join(labels(_page(qtbot, _model("not stated"))))

    assert "No licence is known for Other." in text


def test_collections_with_restricted_licences_share_a_sentence(qtbot: QtBot) -> None:
    model = _model()
    limited = "CC BY-NC-SA 3.0"
    sources = (DataSource("a", 1, limited), DataSource("b", 1, "MIT"), DataSource("c", 1, limited))

    page = _page(qtbot, replace(model, card=replace(model.card, data=sources)))

    (sentence,) = [text for text in labels(page) if "may not be used for everything" in text]
    assert "The data of a and c may not" in sentence


def test_a_model_of_which_nearly_nothing_is_known_shows_no_empty_lines(qtbot: QtBot) -> None:
    page = _page(qtbot, _bare())

    text = labels(page)

    assert "Your own model" in "\n".join(text)
    assert any("Nothing was measured yet." in line for line in text)
    assert "For whom" not in text
    assert set(_sections(page)) == {"All signs that it knows"}


def test_a_card_fits_the_window_before_anything_is_opened(qtbot: QtBot) -> None:
    page = _page(qtbot, ModelStore().find("glyphs"))
    page.resize(1000, 900)
    qtbot.wait(50)

    assert page.verticalScrollBar().maximum() == 0


def test_a_narrow_window_shows_the_figures_in_more_lines(qtbot: QtBot) -> None:
    page = _page(qtbot, ModelStore().find("classic"))
    page.resize(640, 700)
    qtbot.wait(50)

    inside = page.widget()
    assert inside is not None
    assert inside.width() <= page.viewport().width()


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


def test_the_card_of_a_model_that_reads_formulas_is_shown_while_another_answers(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    window = make_window(model="classic")
    open_page(window, "How well it reads")
    tab = window.model_tab
    choice = named(tab, QComboBox, "Model to look at")
    bar = named(tab, QTabBar, "Pages of the model")

    _choose(choice, "equations")

    assert "of the formulas are read without any mistake." in labels(tab)
    assert [bar.isTabEnabled(index) for index in range(bar.count())] == [True, False, False, True]
    assert choice.currentData() == "equations"
    assert window.model is not None
    assert window.model.name == "classic"

    _choose(choice, "classic")
    qtbot.waitUntil(lambda: "99.17 %" in labels(tab), timeout=PATIENCE_MS)
    assert all(bar.isTabEnabled(index) for index in range(bar.count()))


def _choose(choice: QComboBox, name: str) -> None:
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())
