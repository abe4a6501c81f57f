"""What the data on model cards is called: cards name files, and people know the collections by their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from digitvision.recognition.models.model_card import DataSource

# By a file's name in lower case, without folder and ending: the collection, and which part of it the file holds.
_FILES: Final = {
    "mnist": ("MNIST", ""),
    "mnist_train": ("MNIST", ""),
    "mnist_test": ("MNIST", "test digits"),
    "unipen_digits": ("UNIPEN", "digits"),
    "unipen_upper": ("UNIPEN", "capitals"),
    "unipen_lower": ("UNIPEN", "small letters"),
    "unipen_symbols": ("UNIPEN", "signs"),
    "chars74k_hand_train": ("Chars74K", ""),
    "crohme2014_2016_train": ("CROHME", ""),
    "crohme_train_symbols": ("CROHME", "symbols"),
    "crohme2012_test_dedup": ("CROHME 2012", "test"),
    "crohme2013_test": ("CROHME 2013", "test"),
    "crohme_digit_strings": ("CROHME", "numbers"),
    "hasyv2_symbols_packed": ("HASYv2", ""),
    "usps_train_16x16": ("USPS", ""),
    "detexify_train": ("Detexify", ""),
    "orand_car_a_strings": ("ORAND-CAR-A", ""),
    "drawings": ("Your drawings", ""),
}
_ENDINGS: Final = (".npz", ".jsonl.xz", ".jsonl", ".tar")
_ALPHABETS: Final = {
    "digits": "digits",
    "upper": "capitals",
    "lower": "small letters",
    "letters": "letters",
    "math": "mathematics",
    "all": "everything",
}
_RESTRICTED: Final = re.compile(r"non-?commercial|\bNC\b|research (use|purposes|only)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DataGroup:
    """Data of one collection under one licence, however many files it came in.

    Attributes:
        name: The collection's name, as in "UNIPEN".
        parts: What the files hold of it, as in "digits"; empty where the collection is one file.
        samples: The sum over the files.
        writers: The most writers that one of the files has, 0 where none names them. The same people wrote several
            files of a collection, so that their number cannot be told exactly.
        licence: As the card states it.
    """

    name: str
    parts: tuple[str, ...]
    samples: int
    writers: int
    licence: str

    @property
    def amount(self) -> str:
        """How much it is, in words."""
        if not self.writers:
            return f"{self.samples:,} samples"
        least = "at least " if len(self.parts) > 1 else ""
        return f"{self.samples:,} samples by {least}{self.writers:,} writers"


def collection_name(source: str) -> str:
    """The name of the collection that a file belongs to.

    Args:
        source: A name on a card or a path, as in ``unipen/unipen_digits.npz``.

    Returns:
        "UNIPEN" for the example; of a file that is not known, its name without folder and ending.
    """
    return _named(source)[0]


def data_name(source: str) -> str:
    """The collection and the part of it that a file holds, as in "UNIPEN, small letters"; `source` as above."""
    return ", ".join(word for word in _named(source) if word)


def figure_data_name(data: str) -> str:
    """What a figure was measured on, in words.

    Args:
        data: As it stands on a card, as in ``held out of unipen_digits.npz, digits, as pictures``.

    Returns:
        "held-out writers of UNIPEN, digits, answered within digits, as pictures" for the example. A text of another
        form is given back as it is.
    """
    subject, *rest = data.split(", ")
    source = subject.removeprefix("held out of ")
    if source != subject:
        subject = f"held-out writers of {data_name(source)}"
        # MNIST does not name its writers.
        if collection_name(source) in {"MNIST", "USPS"}:
            subject = f"held-out samples of {data_name(source)}"
    if rest and rest[0] in _ALPHABETS:
        rest[0] = f"answered within {alphabet_words(rest[0])}"
    return ", ".join([subject, *rest])


def alphabet_words(name: str) -> str:
    """An alphabet in words within a sentence, as in "small letters"; one that a model named itself stays as it is."""
    return _ALPHABETS.get(name, name)


def grouped_data(sources: Iterable[DataSource]) -> list[DataGroup]:
    """The data of a card by collection, in the card's order; the files of one collection and licence are one group.

    Sources without samples are left out: a recipe names them, but nothing of them was learned.
    """
    groups: dict[tuple[str, str], DataGroup] = {}
    for source in sources:
        if not source.samples:
            continue
        name, part = _named(source.name)
        key = (name, source.licence)
        before = groups.get(key, DataGroup(name, (), 0, 0, source.licence))
        groups[key] = DataGroup(
            name,
            (*before.parts, part) if part else before.parts,
            before.samples + source.samples,
            max(before.writers, source.writers),
            source.licence,
        )
    return list(groups.values())


def is_restricted(licence: str) -> bool:
    """Whether data under this licence, and so perhaps what was made from it, may not be used for everything."""
    return _RESTRICTED.search(licence) is not None


def _named(source: str) -> tuple[str, str]:
    file = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
    stem = next((file[: -len(ending)] for ending in _ENDINGS if file.lower().endswith(ending)), file)
    return _FILES.get(stem.lower(), (stem, ""))
