"""Importing models into the library."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from digitvision.files import FileFault, read_limited
from digitvision.ink.raster import PREPROCESSING_VERSION
from digitvision.recognition.alphabets import DIGITS
from digitvision.recognition.models.model_card import ModelCard, ModelFault
from digitvision.recognition.models.model_store import (
    CARD_FILE,
    CARD_LIMIT,
    Model,
    ModelStore,
    check_name,
)
from digitvision.recognition.prediction import Label
from digitvision.training.data.dataset import Dataset
from digitvision.training.data.labels import alphabet_of, label_of
from digitvision.training.data.loading import MNIST, load
from digitvision.training.data.splitting import split
from digitvision.training.evaluation.evaluation import evaluate, label_indices
from digitvision.training.models.convention_search import JUNK, Found, in_words
from digitvision.training.models.export import CARD_SUFFIX
from digitvision.training.models.fitting import check_answers, fitted, output_count
from digitvision.training.models.saving import (
    Measured,
    calibrate,
    card_of,
    compare_forms,
    finish,
    model_files,
    trial,
)
from digitvision.training.models.validation_samples import CHECKED, validation_glyphs
from digitvision.training.networks.foreign_file import load_foreign_file
from digitvision.training.networks.keras_file import network_views
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

INPUT_SETTING: Final = "input"
"""Key on the card of an imported model for how it gets its pictures, in words."""

FEWEST_DIGITS: Final = 9
"""Fewest digits that a network for digits alone has, which is then measured with MNIST."""


def import_model(
    store: ModelStore,
    path: Path,
    *,
    name: str | None,
    labels: str | None,
    values: str | None = None,
    ink: str | None = None,
) -> Model:
    """Import a `.keras` or HDF5 file into the library.

    A network that wants its pictures otherwise than this program makes them gets layers that bring them to its form;
    which form that is, is measured on shipped digits. The card's description says what was found.

    Args:
        store: The library.
        path: The file. A card beside it, from an export or a model's folder, is used if it fits the network.
        name: Name of the new model; the file's name if None.
        labels: Classes in the order of the outputs, as characters in a row or as names with commas between them; if
            None, those of the card, or the ten digits.
        values: The range of values that it was trained with, one of `VALUES`; None to measure it.
        ink: Which of ink and paper was bright, one of `INKS`; None to measure it.

    Raises:
        ModelFault: The file is refused, the name is taken, the labels do not fit, or the store cannot be written.
    """
    name = check_name(name if name is not None else path.stem)
    if any(model.name == name for model in store.models(reading=None)[0]):
        raise ModelFault(f"There is a model “{name}” already; give the new one another name (--name).")
    names = _label_names(labels) if labels is not None else None
    network = load_foreign_file(path)
    outputs = output_count(network, path)
    views = network_views(network) or ()
    beside = _card_beside(path, outputs, views) if names is None and values is None and ink is None else None
    if beside is not None or len(views) > 1:
        check_answers(network, path)
        card = _own_card(network, path, name, names, beside)
    else:
        network, found = fitted(network, path, names, values, ink)
        card = _found_card(network, path, name, found)
    return _measured_and_saved(store, network, card)


def _measured_and_saved(store: ModelStore, network: "keras.Model", card: ModelCard) -> Model:
    """Convert a network, compare the forms, measure what can be measured, and save all of it."""
    views = validation_glyphs(CHECKED).views()
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        workplace = Path(folder)
        files = model_files(network, workplace)
        raw = trial(replace(card, temperature=1.0), files, workplace)
        compare_forms(network, raw, *views)
        measured = []
        texts = [label.text for label in card.labels]
        if len(texts) >= FEWEST_DIGITS and set(texts) <= set(DIGITS):
            # A calibration for each alphabet, on the card, is better than one with MNIST.
            if not card.alphabets:
                held_out = split(load(MNIST, "training"), seed=0).validation
                card = calibrate(card, raw, _with_labels(held_out, card.labels))
            command = f'digitvision evaluate --model "{card.name}" --data mnist'
            evaluation = evaluate(trial(card, files, workplace), load(MNIST, "test"))
            measured.append(Measured(evaluation, "MNIST test", command))
        return finish(store, card, files, measured)


def _with_labels(data: Dataset, labels: tuple[Label, ...]) -> Dataset:
    """Return the samples of these classes, with their labels in this order."""
    indices = label_indices(data, labels)
    known = np.flatnonzero(indices >= 0)
    return replace(data.select(known), labels=indices[known], label_names=tuple(label.text for label in labels))


def _label_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if "," in text else tuple(text)
    if len(set(names)) != len(names) or not all(name.strip() for name in names):
        raise ModelFault("The labels cannot be used: each class needs a name of its own.")
    return names


def _found_card(network: "keras.Model", path: Path, name: str, found: Found) -> ModelCard:
    """Make the card of a network for which no card was there."""
    texts = tuple(text for text in found.labels if text != JUNK)
    card = card_of(
        network,
        name=name,
        alphabet=alphabet_of(texts),
        labels=tuple(label_of(text) for text in texts),
        architecture=network.name,
        description=" ".join((f"Imported from {path.name}.", *found.sentences())),
        settings={INPUT_SETTING: in_words(found.convention)},
    )
    return replace(card, rejects=JUNK in found.labels)


def _own_card(
    network: "keras.Model", path: Path, name: str, names: tuple[str, ...] | None, beside: ModelCard | None
) -> ModelCard:
    """Make the card of an imported network of this program's form, with what a card beside its file has."""
    outputs = int(network.output_shape[1])
    if names is not None and len(names) != outputs:
        raise ModelFault(f"“{path}” has {outputs} outputs, but {len(names)} labels were given.")
    if names is None and beside is None and outputs != len(DIGITS):
        raise ModelFault(f"“{path}” has {outputs} outputs; name their classes (--labels).")
    names = names or tuple(DIGITS)
    card = card_of(
        network,
        name=name,
        alphabet=beside.alphabet if beside else alphabet_of(names),
        labels=beside.labels if beside else tuple(label_of(text) for text in names),
        architecture=beside.architecture if beside else network.name,
        description=beside.description if beside and beside.description else f"Imported from {path.name}.",
        data=beside.data if beside else (),
        settings=beside.settings if beside else None,
    )
    card = replace(card, views=network_views(network) or ())
    if beside is None:
        return card
    return replace(
        card,
        temperature=beside.temperature,
        sure_above=beside.sure_above,
        rejects=beside.rejects,
        alphabets=beside.alphabets,
    )


def _card_beside(path: Path, outputs: int, views: tuple[str, ...]) -> ModelCard | None:
    """Read the card that lies beside a file; None if there is none, or if it does not fit the network."""
    candidates = (path.with_name(path.stem + CARD_SUFFIX), path.with_name(CARD_FILE))
    file = next((candidate for candidate in candidates if candidate.is_file()), None)
    if file is None:
        return None
    try:
        card = ModelCard.from_json(read_limited(file, CARD_LIMIT), where=f"“{file.name}”")
    except FileFault as error:
        raise ModelFault(str(error)) from error
    fits = len(card.labels) + card.rejects == outputs and set(card.views) == set(views)
    return card if fits and card.input_shape == INPUT_SHAPE and card.preprocessing == PREPROCESSING_VERSION else None
