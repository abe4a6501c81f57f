"""The `data` command: it counts the samples of each class and how they are split, and shows some of them."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.progress import ProgressBar, bar
from digitvision.recognition.models.model_text import table
from digitvision.training.data.dataset import DataFault, Dataset, join
from digitvision.training.data.labels import label_of
from digitvision.training.data.loading import load
from digitvision.training.data.splitting import (
    VALIDATION_SHARE,
    notices_of_empty_classes,
    notices_of_unlearned_classes,
    occurring_names,
    split,
)

_VARIANTS: Final = 6
"""Variants of each sample with augmentation; the first is the sample itself."""


def describe_data(
    names: Sequence[str], *, shown: int, augment: bool, seed: int, validation: float = VALIDATION_SHARE
) -> dict[str, Any]:
    """Describe what a training on this data would learn from and hold out.

    Args:
        names: Names or paths of data, as `train` takes them.
        shown: Number of samples to return with their rasters, drawn at random.
        augment: Whether to return variants of each of these samples too, as a training with `--augment` makes them.
        seed: Seed of the random numbers, as `train` takes it.
        validation: Share of the samples that is held out, 0 to 1.

    Returns:
        Values for JSON: `samples`, `classes` (name, text, number learned from, number held out), `split` (for each
        data a phrase on what is held out), `notices`, and `shown` (index of the class, and rasters, 28x28 bytes each
        in base64).

    Raises:
        DataFault: Data is missing or damaged, or too little.
    """
    progress = ProgressBar("Reading data")
    sources = [load(name, "training", progress) for name in names]
    progress.close()
    parts = [split(source, seed, validation) for source in sources]
    classes = occurring_names(sources)
    if len(classes) < 2:
        raise DataFault("The data holds a single class; two or more are needed to tell them apart.")
    training = join([part.training for part in parts], classes)
    taught = occurring_names([part.training for part in parts])
    held_out = join([part.validation for part in parts], classes)
    learned, held = (np.bincount(part.labels, minlength=len(classes)).tolist() for part in (training, held_out))
    chosen = np.random.default_rng([seed, 28]).permutation(len(training))[:shown]
    rasters = _variants(training, chosen, seed) if augment else training.rasters[chosen][:, None]
    return {
        "samples": len(training) + len(held_out),
        "classes": [
            {"name": name, "text": label_of(name).text, "training": learned[index], "validation": held[index]}
            for index, name in enumerate(classes)
        ],
        "split": [part.by for part in parts],
        "notices": [
            *notices_of_empty_classes(sources),
            *notices_of_unlearned_classes(classes, taught),
        ],
        "shown": [
            {"label": int(label), "rasters": [base64.b64encode(raster.tobytes()).decode() for raster in variants]}
            for label, variants in zip(training.labels[chosen], rasters, strict=True)
        ],
    }


def data_report(
    names: Sequence[str], *, form: str, shown: int, augment: bool, seed: int, validation: float = VALIDATION_SHARE
) -> str:
    """Return what `digitvision data` prints; arguments as of `describe_data`, and `form`, `text` or `json`."""
    as_json = form == "json"
    found = describe_data(
        names, shown=shown if as_json else 0, augment=augment and as_json, seed=seed, validation=validation
    )
    return json.dumps(found, ensure_ascii=False) if as_json else _text(found)


def _variants(dataset: Dataset, chosen: NDArray[np.intp], seed: int) -> NDArray[np.uint8]:
    """Return the chosen samples, each as it is and as augmentation varies it, as uint8 [N, V, 28, 28]."""
    from digitvision.training.augmentation.jitter import jitter
    from digitvision.training.networks.keras_import import import_keras

    import_keras()
    generator = np.random.default_rng([seed, 29])
    plain = dataset.floats(chosen)[..., None]
    variants = [dataset.rasters[chosen]]
    if len(chosen):
        for _ in range(_VARIANTS - 1):
            varied = np.asarray(jitter(plain, generator).numpy())[..., 0]
            variants.append(np.rint(np.clip(varied, 0, 1) * 255).astype(np.uint8))
    return np.stack(variants, axis=1)


def _text(found: dict[str, Any]) -> str:
    most = max(item["training"] for item in found["classes"])
    rows = [("class", "learned from", "held out", "")]
    rows += [
        (item["text"], f"{item['training']:,}", f"{item['validation']:,}", bar(item["training"] / max(most, 1)))
        for item in found["classes"]
    ]
    lines = [f"{found['samples']:,} samples of {len(found['classes'])} classes; held out: {', '.join(found['split'])}"]
    lines += [*found["notices"], "", *table(rows, right=frozenset({1, 2}))]
    return "\n".join(lines)
