"""The settings of a training in words: plain names, and nothing that is empty or off."""

import pytest

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.models.model_text import card_text
from digitvision.recognition.models.training_settings import libraries_in_words, settings_in_words


def test_settings_that_are_empty_zero_or_off_are_left_out() -> None:
    settings = {"recipe": "", "base": "", "freeze": 0, "augment": False, "data": [], "patience": 0, "epochs": 5}

    assert settings_in_words(settings) == [("epochs", "5")]


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"data": ["unipen_digits.npz", "mnist"]}, ("data", "UNIPEN, digits, MNIST")),
        ({"beside": ["upper", "math"]}, ("other alphabets that are learned", "capitals, mathematics")),
        ({"freeze": -1}, ("layers that are not trained", "all but the last")),
        ({"freeze": 3}, ("layers that are not trained", "the first 3 with weights")),
        ({"two_stages": True}, ("trains the last layer first", "yes")),
        ({"strangers": 58000}, ("pieces of junk among the samples", "58,000")),
        ({"learning_rate": 0.001}, ("learning rate", "0.001")),
        ({"restart_after": [4, 8]}, ("learning rate begun anew after epoch", "4, 8")),
    ],
)
def test_a_setting_has_a_name_and_a_value_in_words(settings: dict[str, object], line: tuple[str, str]) -> None:
    assert settings_in_words(settings) == [line]


def test_curves_times_and_unknown_settings_stay_on_the_card() -> None:
    assert settings_in_words({"history": [{"epoch": 1}], "seconds": 2604.9, "invented": 7}) == []


def test_libraries_have_the_names_that_people_know() -> None:
    assert libraries_in_words({"tensorflow-cpu": "2.21.0", "h5py": "3"}) == ["TensorFlow 2.21.0", "h5py 3"]


@pytest.mark.parametrize("name", ["digits", "classic", "equations", "glyphs"])
def test_no_line_of_a_shipped_model_is_empty_or_a_raw_value(name: str) -> None:
    text = card_text(ModelStore().find(name), {})

    # Everything before the table of the layers is a name and a value with two spaces between them.
    facts = text.split("\n\n")[1].splitlines()
    assert all(len(line.split("  ", 1)) == 2 and line.split("  ", 1)[1].strip() for line in facts)
    assert not any(raw in text for raw in ("{}", "[]", "None", "True", "False", ".npz", ".jsonl.xz", "_trajectory"))
