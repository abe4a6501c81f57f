"""The alphabets' classes, and which of them look alike."""

from pathlib import Path

import numpy as np
import pytest

from digitvision.recognition.alphabets import ALPHABETS, CLASSES, LOOK_ALIKES, SIGNS, look_alikes, mistakable
from digitvision.training.data.labels import label_of


def test_every_alphabet_has_its_classes_once() -> None:
    assert tuple(CLASSES) == ALPHABETS
    sizes = {name: len(classes) for name, classes in CLASSES.items()}
    assert sizes == {"digits": 10, "upper": 26, "lower": 26, "letters": 52, "math": 101, "all": sizes["all"]}
    for classes in CLASSES.values():
        assert len(set(classes)) == len(classes)


def test_all_holds_every_other_alphabet_and_the_signs_of_ascii() -> None:
    everything = set(CLASSES["all"])

    assert all(everything >= set(classes) for classes in CLASSES.values())
    printable = {chr(code) for code in range(33, 127)}
    assert set(SIGNS) == {sign for sign in printable if not sign.isalnum()}
    assert everything >= printable


def test_the_mathematical_classes_are_the_competition_s(shared: Path) -> None:
    with np.load(shared / "data" / "crohme" / "crohme_train_symbols.npz") as data:
        names = {label_of(str(name)).text for name in data["label_names"]}

    assert names == set(CLASSES["math"])


def test_likeness_is_mutual_and_never_with_itself() -> None:
    for text in set().union(*LOOK_ALIKES):
        alike = look_alikes(text)
        assert alike
        assert text not in alike
        assert all(text in look_alikes(other) for other in alike)


def test_a_class_unlike_all_others_has_no_look_alikes() -> None:
    assert look_alikes("4") == frozenset()
    assert look_alikes("no such class") == frozenset()


@pytest.mark.parametrize(
    ("text", "others"),
    [("0", "O o"), ("1", "l I |"), ("x", "× X"), ("c", "C"), ("s", "S 5"), ("z", "Z 2"), ("k", "K"), ("9", "g q")],
)
def test_classes_that_only_size_or_context_distinguishes_are_look_alikes(text: str, others: str) -> None:
    assert look_alikes(text) >= set(others.split())


def test_mistakable_classes_come_in_the_given_order_and_only_from_the_given_ones() -> None:
    assert mistakable("0", ("o", "7", "O", "0")) == ("o", "O")
    assert mistakable("0", ("O", "o")) == ("O", "o")
    assert mistakable("0", ()) == ()
    assert mistakable("4", CLASSES["all"]) == ()
