"""Importing models into the library."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from digitvision.files import FileFault, read_limited
from digitvision.ink.raster import PREPROCESSING_VERSION
from digitvision.recognition.models.model_card import ModelCard, ModelFault
from digitvision.recognition.models.model_store import (
    CARD_FILE,
    CARD_LIMIT,
    Model,
    ModelStore,
    check_name,
)
from digitvision.training.data.labels import alphabet_of, label_of
from digitvision.training.data.loading import MNIST, load
from digitvision.training.data.splitting import split
from digitvision.training.evaluation.evaluation import evaluate
from digitvision.training.models.export import CARD_SUFFIX
from digitvision.training.models.saving import (
    Measured,
    calibrate,
    card_of,
    compare_forms,
    finish,
    model_files,
    network_answers,
    network_inputs,
    trial,
)
from digitvision.training.models.validation_samples import CHECKED, validation_glyphs
from digitvision.training.networks.keras_file import load_keras_file, network_views
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

_DIGITS: Final = "0123456789"
_SUM_TOLERANCE: Final = 1e-3


def import_model(store: ModelStore, path: Path, *, name: str | None, labels: str | None) -> Model:
    """Import a `.keras` file into the library.

    Args:
        store: The library.
        path: The file. A card beside it, from an export or a model's folder, is used if it fits the network.
        name: Name of the new model; the file's name if None.
        labels: Classes in the order of the outputs, as characters in a row or as names with commas between them; if
            None, those of the card, or the ten digits.

    Raises:
        ModelFault: The file is refused, the name is taken, the labels do not fit, or the store cannot be written.
    """
    name = check_name(name if name is not None else path.stem)
    if any(model.name == name for model in store.models(reading=None)[0]):
        raise ModelFault(f"There is a model “{name}” already; give the new one another name (--name).")
    names = _label_names(labels) if labels is not None else None
    network = load_keras_file(path)
    card = _card(network, path, name, names)
    views = validation_glyphs(CHECKED).views()
    sums = network_answers(network, network_inputs(network, *views)).sum(axis=1)
    if not np.allclose(sums, 1.0, atol=_SUM_TOLERANCE):
        raise ModelFault(f"“{path}” cannot be imported: its answers are no probabilities; end it with a softmax.")
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        workplace = Path(folder)
        files = model_files(network, workplace)
        raw = trial(replace(card, temperature=1.0), files, workplace)
        compare_forms(network, raw, *views)
        measured = []
        if [label.text for label in card.labels] == list(_DIGITS):
            # A calibration for each alphabet, on the card, is better than one with MNIST.
            if not card.alphabets:
                card = calibrate(card, raw, split(load(MNIST, "training"), seed=0).validation)
            command = f'digitvision evaluate --model "{name}" --data mnist'
            evaluation = evaluate(trial(card, files, workplace), load(MNIST, "test"))
            measured.append(Measured(evaluation, "MNIST test", command))
        return finish(store, card, files, measured)


def _label_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if "," in text else tuple(text)
    if len(set(names)) != len(names) or not all(name.strip() for name in names):
        raise ModelFault("The labels cannot be used: each class needs a name of its own.")
    return names


def _card(network: "keras.Model", path: Path, name: str, names: tuple[str, ...] | None) -> ModelCard:
    """Make the card of an imported network, with what a card beside its file has."""
    outputs = int(network.output_shape[1])
    views = network_views(network) or ()
    if names is not None and len(names) != outputs:
        raise ModelFault(f"“{path}” has {outputs} outputs, but {len(names)} labels were given.")
    beside = _card_beside(path, outputs, views) if names is None else None
    if names is None and beside is None and outputs != len(_DIGITS):
        raise ModelFault(f"“{path}” has {outputs} outputs; name their classes (--labels).")
    names = names or tuple(_DIGITS)
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
    card = replace(card, views=views)
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
