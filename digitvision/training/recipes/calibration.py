"""Calibration of the model of a recipe, on writers that it has not learned from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.alphabets import CLASSES, look_alikes
from digitvision.recognition.models.model_card import AlphabetCard, DataSource, Figure, ModelCard
from digitvision.recognition.recognizer import calibrated_probabilities
from digitvision.training.data.labels import label_of
from digitvision.training.evaluation.metrics import auroc, expected_calibration_error
from digitvision.training.models.saving import card_of, fit_temperature
from digitvision.training.recipes.prior_correction import worthwhile_prior_correction
from digitvision.training.recipes.recipe import RASTER, Recipe
from digitvision.training.recipes.training_set import TrainingSet, Way
from digitvision.training.run.checkpoint import Epoch, Settings
from digitvision.training.run.settings_text import course_entries

if TYPE_CHECKING:
    import keras

MOST_DOUBTED: Final = 0.035
"""Share of real glyphs that may be taken for junk."""

JUNK_CAUGHT: Final = 0.97
"""Share of the junk that is to be found, where that costs fewer real glyphs than `MOST_DOUBTED`."""

TOO_CLOSE: Final = 0.01
"""Share of real glyphs whose answers may count as not sure because they are too close to call."""

HIGHEST_TOO_CLOSE: Final = 0.5
"""Highest limit of sure answers: an answer that is more likely right than wrong is not too close to call."""

_BLOCK: Final = 100

_WORDS: Final[dict[Way, str]] = {"alone": "", "in context": ", in their expressions", "as pictures": ", as pictures"}


def uncalibrated_card(
    recipe: Recipe,
    settings: Settings,
    of: TrainingSet,
    writers: Sequence[int],
    history: Sequence[Epoch],
    network: "keras.Model",
) -> ModelCard:
    """Return the model card of a recipe, complete but for calibration and figures.

    Args:
        recipe: What was trained, and how.
        settings: The settings of the training.
        of: What was learned from.
        writers: Number of writers of the glyphs of each source, see `count_writers`.
        history: All finished epochs.
        network: The trained network.
    """
    counts = np.bincount(of.source, minlength=len(recipe.sources))
    card = card_of(
        network,
        name=settings.name,
        alphabet=recipe.alphabets[0],
        labels=tuple(label_of(text) for text in recipe.classes),
        architecture=recipe.architecture,
        description=recipe.description,
        data=tuple(
            DataSource(source.data.rpartition("/")[2], int(count) // source.repeat, source.licence, writer_count)
            for source, count, writer_count in zip(recipe.sources, counts.tolist(), writers, strict=False)
        ),
        settings={
            "recipe": recipe.name,
            "strangers": int((of.source == len(recipe.sources)).sum()),
            **{
                name: value
                for name, value in recipe.to_data().items()
                if name not in ("name", "description", "alphabets", "sources", "strangers", "expressions", "epochs")
            },
            **course_entries(history),
        },
    )
    beside = (
        () if recipe.architecture == RASTER else ("trajectory", *(("surroundings",) if recipe.with_context else ()))
    )
    return replace(card, views=("raster", *beside), rejects=True)


@dataclass(frozen=True, slots=True, eq=False)
class WayOutputs:
    """The outputs of the network for held-out glyphs that it was given in one way.

    Attributes:
        rows: intp [K], their indices among the held-out glyphs.
        outputs: float32 [K, C + 1], the last one for junk.
    """

    rows: NDArray[np.intp]
    outputs: NDArray[np.float32]

    def taking(self, chosen: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return the outputs for those glyphs that are chosen among all held-out ones, bool [M]."""
        return self.outputs[chosen[self.rows]]


def calibrate_alphabets(
    card: ModelCard, recipe: Recipe, of: TrainingSet, outputs_by_way: Mapping[Way, WayOutputs]
) -> ModelCard:
    """Return the card with temperature, prior correction and limits of each alphabet, and with figures.

    All ways of giving the glyphs to the network count alike: an answer that is sure must be so for drawings and for
    pictures. All figures are measured on the held-out glyphs.
    """
    junk_label = len(recipe.classes)
    junk = of.held_labels == junk_label
    alphabets, figures = [], []
    for name in recipe.alphabets:
        indices = np.array([recipe.classes.index(text) for text in CLASSES[name]])
        own = np.zeros(len(of.held_labels), bool)
        own[held_out_rows(recipe, of, name)] = True
        index_of = np.full(junk_label + 1, -1)
        index_of[indices] = np.arange(len(indices))
        truth = np.concatenate(
            [index_of[of.held_labels[part.rows[own[part.rows]]]] for part in outputs_by_way.values()]
        )
        raw = np.concatenate([part.taking(own) for part in outputs_by_way.values()])[:, indices]
        shares = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-12)
        prior_correction = np.zeros(len(indices), np.float32)
        if name in recipe.frequent:
            # Neighbours in the order of the data are by one writer: whole blocks of them are in one half.
            blocks = np.concatenate([part.rows[own[part.rows]] // _BLOCK for part in outputs_by_way.values()])
            prior_correction = worthwhile_prior_correction(shares, truth, blocks % 2 == 0)
        temperature = fit_temperature(calibrated_probabilities(shares, 1.0, prior_correction), truth)
        prior_correction = prior_correction / np.float32(temperature)
        probabilities = calibrated_probabilities(shares, temperature, prior_correction)
        familiar = familiar_classes(card, frozenset(CLASSES[name]))
        known = {
            way: (_in_vocabulary(part.taking(own), familiar), _in_vocabulary(part.taking(junk), familiar))
            for way, part in outputs_by_way.items()
        }
        item = AlphabetCard(
            name=name,
            class_indices=tuple(indices.tolist()),
            temperature=temperature,
            prior_correction=tuple(round(float(bias), 4) for bias in prior_correction)
            if prior_correction.any()
            else (),
            sure_above=_round_down(min(float(np.quantile(probabilities.max(axis=1), TOO_CLOSE)), HIGHEST_TOO_CLOSE)),
            in_vocabulary_above=_round_down(
                _in_vocabulary_limit(*(np.concatenate(parts) for parts in zip(*known.values(), strict=True)))
            ),
        )
        alphabets.append(item)
        first = 0
        for way, part in outputs_by_way.items():
            rows = part.rows[own[part.rows]]
            here = slice(first, first + len(rows))
            first = here.stop
            if len(rows):
                figures += _figures_of_alphabet(
                    item, recipe, of, way, rows, truth[here], probabilities[here], *known[way]
                )
    return replace(card, alphabets=tuple(alphabets), figures=tuple(figures))


def _in_vocabulary(outputs: NDArray[np.float32], familiar: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the in-vocabulary score of each glyph, float32 [K]: the sum of its outputs for the familiar classes."""
    known: NDArray[np.float32] = outputs[:, :-1][:, familiar].sum(axis=1)
    return known


def held_out_rows(recipe: Recipe, of: TrainingSet, alphabet: str) -> NDArray[np.intp]:
    """Return the rows of the held-out glyphs that an alphabet is calibrated and measured on."""
    indices = [recipe.classes.index(text) for text in CLASSES[alphabet]]
    own = [number for number, source in enumerate(recipe.sources) if alphabet in source.alphabets]
    return np.flatnonzero(np.isin(of.held_source, own) & np.isin(of.held_labels, indices))


def _in_vocabulary_limit(real: NDArray[np.float32], junk: NDArray[np.float32]) -> float:
    limit = float(np.quantile(real, MOST_DOUBTED))
    return min(limit, float(np.quantile(junk, JUNK_CAUGHT))) if len(junk) else limit


def _round_down(limit: float) -> float:
    """Round a limit down to four digits: rounded up, one just below 1 could never be reached."""
    return math.floor(limit * 10_000) / 10_000


def familiar_classes(card: ModelCard, texts: frozenset[str]) -> NDArray[np.bool_]:
    """Return which labels of a card are in this alphabet or look like one that is, bool [C]."""
    return np.array([label.text in texts or not texts.isdisjoint(look_alikes(label.text)) for label in card.labels])


def _figures_of_alphabet(
    item: AlphabetCard,
    recipe: Recipe,
    of: TrainingSet,
    way: Way,
    rows: NDArray[np.intp],
    truth: NDArray[np.int64],
    probabilities: NDArray[np.float32],
    real: NDArray[np.float32],
    junk: NDArray[np.float32],
) -> list[Figure]:
    """Return the figures of one alphabet on the held-out glyphs, for all of them and by source."""
    command = f"digitvision train --recipe {recipe.name} --data-root DIR"
    right = probabilities.argmax(axis=1) == truth
    confidence = probabilities.max(axis=1).astype(np.float64)
    top = np.argsort(-probabilities, axis=1, kind="stable")[:, :5]
    sure = (confidence >= item.sure_above) & (real >= item.in_vocabulary_above)
    data_name = f"held-out writers, {item.name}{_WORDS[way]}"

    def figure(name: str, value: float, data: str, samples: int) -> Figure:
        return Figure(name=name, value=round(value, 5), data=data, samples=samples, command=command)

    found = [
        figure("accuracy", float(right.mean()), data_name, len(rows)),
        figure("top-5 accuracy", float((top == truth[:, None]).any(axis=1).mean()), data_name, len(rows)),
        figure("expected calibration error", expected_calibration_error(confidence, right), data_name, len(rows)),
        figure("coverage of sure answers", float(sure.mean()), data_name, len(rows)),
        figure(
            "accuracy of sure answers", float(right[sure].mean()) if sure.any() else 0.0, data_name, int(sure.sum())
        ),
    ]
    if len(junk):
        found.append(figure("strangers doubted", float((junk < item.in_vocabulary_above).mean()), data_name, len(junk)))
    known = np.concatenate([real, junk]).astype(np.float64)
    separation = auroc(known, np.arange(len(known)) < len(real))
    if separation is not None:
        found.append(figure("AUROC of glyphs against strangers", separation, data_name, len(known)))
    for number, source in enumerate(recipe.sources):
        here = of.held_source[rows] == number
        if here.any():
            data = f"held out of {source.data.rpartition('/')[2]}, {item.name}{_WORDS[way]}"
            found.append(figure("accuracy", float(right[here].mean()), data, int(here.sum())))
    return found
