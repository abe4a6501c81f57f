"""Names of the data on model cards, for people."""

import json

import pytest

from digitvision.recognition.models.data_names import (
    collection_name,
    data_name,
    figure_data_name,
    grouped_data,
    is_restricted,
)
from digitvision.recognition.models.model_card import DataSource
from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path


@pytest.mark.parametrize(
    ("source", "collection", "whole"),
    [
        ("unipen/unipen_lower.npz", "UNIPEN", "UNIPEN, small letters"),
        ("crohme2014_2016_train.jsonl.xz", "CROHME", "CROHME"),
        ("mnist", "MNIST", "MNIST"),
        ("MNIST", "MNIST", "MNIST"),
        ("drawings", "Your drawings", "Your drawings"),
        ("/home/anna/data/My letters.npz", "My letters", "My letters"),
        ("C:\\data\\usps_train_16x16.npz", "USPS", "USPS"),
        ("/home/anna/letters/", "letters", "letters"),
    ],
)
def test_a_file_has_the_name_of_its_collection(source: str, collection: str, whole: str) -> None:
    assert collection_name(source) == collection
    assert data_name(source) == whole


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("MNIST test", "MNIST test"),
        ("held-out writers' expressions", "held-out writers' expressions"),
        ("held-out writers, upper", "held-out writers, answered within capitals"),
        (
            "held out of unipen_digits.npz, all, as pictures",
            "held-out writers of UNIPEN, digits, answered within everything, as pictures",
        ),
        ("held out of mnist, digits", "held-out samples of MNIST, answered within digits"),
    ],
)
def test_the_data_of_a_figure_is_named_in_words(data: str, words: str) -> None:
    assert figure_data_name(data) == words


def test_files_of_one_collection_and_licence_are_one_group() -> None:
    groups = grouped_data(
        [
            DataSource("unipen_digits.npz", 10, "CC BY 4.0", 3),
            DataSource("mnist", 5, "CC BY-SA 3.0"),
            DataSource("unipen_upper.npz", 20, "CC BY 4.0", 4),
            DataSource("usps_train_16x16.npz", 0, "not stated"),
        ]
    )

    assert [(group.name, group.parts, group.samples, group.writers) for group in groups] == [
        ("UNIPEN", ("digits", "capitals"), 30, 4),
        ("MNIST", (), 5, 0),
    ]
    assert [group.amount for group in groups] == ["30 samples by at least 4 writers", "5 samples"]


@pytest.mark.parametrize(
    ("licence", "restricted"),
    [
        ("CC BY-NC-SA 3.0 (CROHME): non-commercial", True),
        ("research use with citation (de Campos, Babu, Varma 2009)", True),
        ("CC BY-SA 3.0; by Y. LeCun, C. Cortes and C. Burges", False),
        ("ODbL 1.0 (HASYv2; M. Thoma 2017)", False),
    ],
)
def test_a_licence_with_limits_is_recognised(licence: str, restricted: bool) -> None:
    assert is_restricted(licence) == restricted


def test_no_file_name_is_left_on_a_shipped_card_in_words() -> None:
    models, _ = ModelStore().models(reading=None)
    names = {data_name(source.name) for model in models for source in model.card.data}
    names |= {figure_data_name(figure.data) for model in models for figure in model.card.figures}

    assert names
    assert [name for name in names if "_" in name or "." in name] == []


def test_all_data_of_the_recipes_is_known() -> None:
    files = set()
    for path in resource_path("recipes").glob("*.json"):
        recipe = json.loads(path.read_text(encoding="utf-8"))
        files |= {source["data"] for source in recipe.get("sources", ())}

    assert files
    assert [file for file in files if "_" in data_name(file)] == []
