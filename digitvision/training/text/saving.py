"""Saving of a trained network that reads words and lines, as a model with its card."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from digitvision.ink.lines.path_features import FEATURES, FEATURES_VERSION
from digitvision.recognition.models.model_card import HALF, DataSource, Figure, ModelCard
from digitvision.recognition.models.model_store import LITERT_FILE
from digitvision.recognition.prediction import LINE, Label
from digitvision.recognition.quiet_libraries import without_converter_notices, without_tensorflow_notices
from digitvision.recognition.text.character_ngrams import CharacterNgrams
from digitvision.recognition.text.characters import CHARACTERS
from digitvision.recognition.text.reader import NGRAMS_FILE, load_text_reader
from digitvision.training.models.saving import layers_of, library_versions, tried_model
from digitvision.training.networks.conversion import save_frozen
from digitvision.training.run.checkpoint import Epoch, Settings, Weights, training_folder
from digitvision.training.run.settings_text import course_entries
from digitvision.training.text.corpus import InkLine
from digitvision.training.text.evaluation import TextFigures, measure_reader, strokes_of
from digitvision.training.text.line_set import LineSet
from digitvision.training.text.network import build_network
from digitvision.training.text.recipe import LineRecipe

_IN_THE_CARD: Final = (
    "pieces",
    "strings",
    "made",
    "mixed",
    "short_first",
    "changes",
    "channels",
    "units",
    "layers",
    "restart_after",
)
_NUMBERS: Final = ("batch_size", "learning_rate", "weight_decay", "dropout", "average", "seed")


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The results of a training.

    Attributes:
        weights: The network's weights, in the order of `keras.Model.weights`.
        learned: What was learned from; `held` what is measured on.
        history: All finished epochs.
    """

    recipe: LineRecipe
    settings: Settings
    weights: Weights
    learned: LineSet
    held: Sequence[InkLine]
    history: Sequence[Epoch]


def save_line_model(trained: Trained, save: Callable[[ModelCard, dict[str, bytes]], None]) -> tuple[float, str]:
    """Save the model and measure it on what was held out.

    Args:
        trained: The network, and what it learned from.
        save: Called with the card and the files when all is measured.

    Returns:
        Share of the held-out lines' characters that are read rightly, 0 to 1, and a phrase that describes it.

    Raises:
        ModelFault: The store cannot be written, or LiteRT cannot run the network.
    """
    recipe = trained.recipe
    network = build_network(recipe.units, recipe.layers, recipe.channels, recipe.dropout)
    for variable, value in zip(network.weights, trained.weights, strict=True):
        variable.assign(value)
    files = {
        LITERT_FILE: litert_form(network),
        NGRAMS_FILE: CharacterNgrams.of_texts(trained.learned.texts).to_bytes(),
    }
    card = _card(trained, network)
    # Measured from the files themselves, before anything is saved under the model's name.
    with tried_model(card, files, training_folder(trained.settings.name)) as model:
        figures = measure_reader(load_text_reader(model), [(strokes_of(line), line.text) for line in trained.held])
    save(replace(card, figures=_figures(figures, trained)), files)
    share = max(1 - figures.alone.character_errors, 0.0)
    return share, f"{figures.alone.character_errors * 100:.2f} % of the characters of {figures.lines:,} lines wrong"


def litert_form(network: Any) -> bytes:
    """Convert a network to a LiteRT file with weights of half precision, for one line of any length."""
    import tensorflow as tf

    def answer(path: Any) -> dict[str, Any]:
        return {"logits": network(path, training=False)}

    signature = [tf.TensorSpec((1, None, FEATURES), tf.float32, name="path")]
    function = tf.function(answer, input_signature=signature, autograph=False)
    with (
        tempfile.TemporaryDirectory(prefix="digitvision-") as folder,
        without_tensorflow_notices(),
        without_converter_notices(),
    ):
        save_frozen({LINE: function}, Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[LINE])
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        content: bytes = converter.convert()
    return content


def _card(trained: Trained, network: Any) -> ModelCard:
    recipe, learned = trained.recipe, trained.learned
    return ModelCard(
        name=trained.settings.name,
        alphabet="all",
        labels=tuple(Label(character, character) for character in CHARACTERS),
        architecture=recipe.architecture,
        description=recipe.description,
        data=tuple(
            DataSource(source.data.rpartition("/")[2], count, source.licence, writers)
            for source, (count, writers) in zip(recipe.sources, learned.amounts, strict=True)
        ),
        settings={
            "recipe": recipe.name,
            **{name: getattr(recipe, name) for name in (*_IN_THE_CARD, *_NUMBERS)},
            **course_entries(trained.history),
        },
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        versions=library_versions(),
        reading=LINE,
        precision=HALF,
        preprocessing=FEATURES_VERSION,
        input_shape=(0, FEATURES, 1),
        parameters=int(network.count_params()),
        layers=tuple(layer for layer in layers_of(network) if layer.parameters),
    )


def _figures(found: TextFigures, trained: Trained) -> tuple[Figure, ...]:
    files = [source.data.rpartition("/")[2] for source in trained.recipe.held_out]
    data = f"held out of {files[0]}" if len(files) == 1 else f"lines of {len(files)} files that were held out"
    command = f"digitvision train --recipe {trained.recipe.name}"
    values = {
        "characters wrong": found.alone.character_errors,
        "words wrong": found.alone.word_errors,
        "characters wrong, with language": found.with_language.character_errors,
        "words wrong, with language": found.with_language.word_errors,
        "whole lines right, with language": found.with_language.lines_right,
    }
    return tuple(Figure(name, value, data, found.lines, command) for name, value in values.items())
