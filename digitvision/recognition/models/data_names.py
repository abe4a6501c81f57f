"""Names of data for people: model cards name files, and people know collections by their names."""

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
    "iam_ondb_train_t1": ("IAM-OnDB", ""),
    "iam_ondb_valid1_t1": ("IAM-OnDB", "first development part"),
    "iam_ondb_valid2_t1": ("IAM-OnDB", "second development part"),
    "imadocsen_train": ("ImadocSen-OnDB", "pieces of sentences"),
    "imadocsen_words_train": ("ImadocSen-OnDB", "words"),
    "digilets_train": ("DigiLeTs", ""),
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
        parts: The parts of the collection that the files hold, as in "digits"; empty where it is one file.
        samples: The sum over the files.
        writers: The largest number of writers in one of the files, 0 where none has it. The same people wrote several
            files of a collection, so that their number is not known exactly.
        licence: The licence as the card has it.
    """

    name: str
    parts: tuple[str, ...]
    samples: int
    writers: int
    licence: str

    @property
    def amount(self) -> str:
        """Number of samples and writers, in words."""
        if not self.writers:
            return f"{self.samples:,} samples"
        least = "at least " if len(self.parts) > 1 else ""
        return f"{self.samples:,} samples by {least}{self.writers:,} writers"


def collection_name(source: str) -> str:
    """Return the name of the collection that a file belongs to.

    Args:
        source: A name on a card or a path, as in ``unipen/unipen_digits.npz``.

    Returns:
        "UNIPEN" for the example; for an unknown file, its name without folder and ending.
    """
    return _collection_and_part(source)[0]


def data_name(source: str) -> str:
    """Return the collection and the part of it that a file holds, as in "UNIPEN, small letters"."""
    return ", ".join(word for word in _collection_and_part(source) if word)


def figure_data_name(data: str) -> str:
    """Return the data that a figure was measured on, in words.

    Args:
        data: The data as a card has it, as in ``held out of unipen_digits.npz, digits, as pictures``.

    Returns:
        "held-out writers of UNIPEN, digits, answered within digits, as pictures" for the example. A text of another
        form is returned as it is.
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
    """Return an alphabet in words within a sentence, as in "small letters"; a model's own name stays as it is."""
    return _ALPHABETS.get(name, name)


def grouped_data(sources: Iterable[DataSource]) -> list[DataGroup]:
    """Group the data of a card by collection and licence, in the card's order.

    Sources without samples are left out: a recipe names them, but nothing of them was learned.
    """
    groups: dict[tuple[str, str], DataGroup] = {}
    for source in sources:
        if not source.samples:
            continue
        name, part = _collection_and_part(source.name)
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
    """Whether data under this licence, and perhaps what was made from it, has limits of use."""
    return _RESTRICTED.search(licence) is not None


def _collection_and_part(source: str) -> tuple[str, str]:
    file = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
    stem = next((file[: -len(ending)] for ending in _ENDINGS if file.lower().endswith(ending)), file)
    return _FILES.get(stem.lower(), (stem, ""))
