"""Saving of trained networks that read expressions, as a model with its card."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from digitvision.recognition.expression.reading.model import (
    NGRAMS_FILE,
    PRIORS_FILE,
    load_expression_reader,
    strokes_file,
    symbols_file,
)
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.priors import symbol_priors_of
from digitvision.recognition.expression.reading.recognizer import Confidence
from digitvision.recognition.expression.reading.stroke_features import CHANNELS, FEATURES_VERSION, POINTS
from digitvision.recognition.models.model_card import EQUATION, DataSource, Figure, Layer, ModelCard
from digitvision.training.data.labels import label_of
from digitvision.training.data.loading import load_glyphs
from digitvision.training.expression.baseline_statistics import baseline_statistics_of, table_of_baseline_statistics
from digitvision.training.expression.confidence import fit_confidence, sure_limit
from digitvision.training.expression.conversion import LitertForms
from digitvision.training.expression.corpus import Expression
from digitvision.training.expression.metrics import ExpressionFigures, Outcome, figures_of, outcomes_of
from digitvision.training.expression.networks import Networks, build_networks
from digitvision.training.expression.recipe import ARCHITECTURE, ExpressionRecipe
from digitvision.training.models.saving import library_versions, tried_model
from digitvision.training.recipes.recipe import Source
from digitvision.training.run.checkpoint import Epoch, Settings, Weights, training_folder
from digitvision.training.run.settings_text import course_entries


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The results of a training.

    Attributes:
        members: The weights of each member, in the order of `Networks.weights`.
        labels: The classes that the networks answer.
        learned: The expressions that were learned from; `held` those that were held out.
        history: All finished epochs.
    """

    recipe: ExpressionRecipe
    settings: Settings
    members: Sequence[Weights]
    labels: tuple[str, ...]
    learned: Sequence[Expression]
    held: Sequence[Expression]
    history: Sequence[Epoch]


def save_expression_model(trained: Trained, save: Callable[[ModelCard, dict[str, bytes]], None]) -> tuple[float, str]:
    """Save the model and measure it on what was held out.

    Args:
        trained: The networks, and what they learned from.
        save: Called with the card and the files when all is measured.

    Returns:
        ExpRate on the held-out expressions, 0 to 1, and a phrase that describes it.

    Raises:
        ModelFault: The store cannot be written, or LiteRT cannot run the networks.
    """
    networks = build_networks(len(trained.labels), blocks=trained.recipe.blocks)
    forms = LitertForms(networks)
    files: dict[str, bytes] = {}
    for number, weights in enumerate(trained.members, start=1):
        for variable, value in zip(networks.weights, weights, strict=True):
            variable.assign(value)
        files[strokes_file(number)], files[symbols_file(number)] = forms.files()
    lines = table_of_baseline_statistics(baseline_statistics_of(trained.learned), trained.labels)
    files[PRIORS_FILE] = symbol_priors_of((one.tree for one in trained.learned), trained.labels, lines).to_bytes()
    files[NGRAMS_FILE] = NgramModel.of_formulas(one.tree.latex for one in trained.learned).to_bytes()
    card = _card(trained, networks)
    # Measured from the files themselves, before anything is saved under the model's name.
    with tried_model(card, files, training_folder(trained.settings.name)) as model:
        outcomes = outcomes_of(load_expression_reader(model, with_glyph_scores=True), trained.held)
    # Formulas that were learned from other writers are read better than new ones, whose confidence would be too high.
    learned = {one.tree.latex for one in trained.learned}
    card = _calibrate(card, [one for one in outcomes if one.truth.tree.latex not in learned])
    figures = figures_of(outcomes)
    save(replace(card, figures=_figures(figures, trained.settings.name)), files)
    return figures.exact, f"{figures.exact * 100:.1f} % of {len(trained.held):,} held-out expressions read exactly"


def _calibrate(card: ModelCard, outcomes: Sequence[Outcome]) -> ModelCard:
    """Return the card with the weights that give the confidence of readings, and with the limit of sure ones."""
    weights = fit_confidence(outcomes)
    if weights is None:
        return card
    judge = Confidence(weights)
    confidence = np.array([judge.of(one.reading) for one in outcomes])
    limit = sure_limit(confidence, np.array([one.right for one in outcomes]))
    return replace(card, sure_above=limit, settings={**card.settings, "confidence": weights})


def _card(trained: Trained, networks: Networks) -> ModelCard:
    recipe = trained.recipe
    return ModelCard(
        name=trained.settings.name,
        alphabet="math",
        labels=tuple(label_of(label) for label in trained.labels),
        architecture=ARCHITECTURE,
        description=recipe.description,
        data=(
            DataSource(
                recipe.expressions.rpartition("/")[2],
                len(trained.learned),
                recipe.licence,
                len({one.writer for one in trained.learned}),
            ),
            *(_source_of_glyphs(source, Path(trained.settings.data_root)) for source in recipe.glyphs),
        ),
        settings={
            "recipe": recipe.name,
            **{
                name: value
                for name, value in asdict(recipe).items()
                if name not in ("name", "description", "expressions", "licence", "glyphs", "epochs")
            },
            **course_entries(trained.history),
        },
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        versions=library_versions(),
        reading=EQUATION,
        preprocessing=FEATURES_VERSION,
        input_shape=(POINTS, CHANNELS, 1),
        parameters=len(trained.members) * sum(int(network.count_params()) for network in networks.all),
        layers=tuple(layer for network in networks.all for layer in _layers_with_weights(network)),
    )


def _source_of_glyphs(source: Source, root: Path) -> DataSource:
    glyphs = load_glyphs(str(root / source.data))
    writers = 0 if glyphs.writers is None else len(np.unique(glyphs.writers))
    return DataSource(source.data.rpartition("/")[2], len(glyphs), source.licence, writers)


def _layers_with_weights(network: Any) -> tuple[Layer, ...]:
    """Return the layers of a network that have weights; a size that may be any, as that of strokes, is written as 0."""
    return tuple(
        Layer(
            name=f"{network.name}/{layer.name}",
            kind=type(layer).__name__,
            output_shape=tuple(size or 0 for size in layer.output.shape[1:]),
            parameters=int(layer.count_params()),
        )
        for layer in network.layers
        if layer.count_params()
    )


def _figures(found: ExpressionFigures, name: str) -> tuple[Figure, ...]:
    command = f"digitvision train --recipe {name}"
    values = {
        "expression rate": found.exact,
        "expression rate, up to one edit": found.near[1],
        "symbols found (F1)": found.segmentation,
        "classes of found symbols": found.classes,
        "parents and relations": found.relations,
    }
    return tuple(
        Figure(key, value, "held-out writers' expressions", found.expressions, command) for key, value in values.items()
    )
