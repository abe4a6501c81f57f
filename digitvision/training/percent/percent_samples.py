"""Gather what percent signs are learned from, and the same by writers that the network for glyphs has not seen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from digitvision.training.data.dataset import DataFault
from digitvision.training.data.glyphs import Glyphs
from digitvision.training.data.held_out_writers import HeldOutWriters
from digitvision.training.data.labels import label_of
from digitvision.training.data.loading import load_glyphs
from digitvision.training.expression.corpus import read_corpus
from digitvision.training.percent.percent_training import Ink, PercentSamples
from digitvision.training.recipes.recipe import Recipe

_EXPRESSIONS: Final = ".jsonl.xz"


def percent_samples(
    recipe: Recipe, root: Path, more_signs: Sequence[Path] = ()
) -> tuple[PercentSamples, PercentSamples]:
    """Return what is learned from, and what is held out.

    Args:
        recipe: The recipe of the network for glyphs: the same writers are held out.
        root: Folder of its data.
        more_signs: Further files of signs; where they name no writers, every second percent sign is held out.

    Raises:
        DataFault: Data is missing or damaged, or there is no percent sign.
    """
    loaded = [load_glyphs(str(root / source.data)) for source in recipe.sources]
    writers = HeldOutWriters(loaded, recipe.held_out, recipe.seed)
    corpora = [root / source.data for source in recipe.sources if source.data.endswith(_EXPRESSIONS)]
    expressions = [one for path in corpora for one in read_corpus(path)]
    signs: list[tuple[Ink, str]] = []
    slashes: list[Ink] = []
    digits: dict[str, dict[str, list[Ink]]] = {}
    for glyphs in (*loaded, *(load_glyphs(str(path)) for path in more_signs)):
        if not isinstance(glyphs.ink[0], tuple) or glyphs.context is not None:
            # Pictures have no strokes, and the symbols of expressions are learned from as a whole.
            continue
        texts = [label_of(name).text for name in glyphs.label_names]
        signs += [(ink, name) for ink, name in _of_class(glyphs, texts, "%")]
        slashes += [ink for ink, _ in _of_class(glyphs, texts, "/")]
        for text in "0123456789":
            for ink, name in _of_class(glyphs, texts, text):
                digits.setdefault(name, {}).setdefault(text, []).append(ink)
    if not signs or not slashes:
        raise DataFault(f"There are no percent signs, or no slashes, written with a pen in “{root}”.")
    found = []
    for held in (False, True):
        own = [one for number, one in enumerate(signs) if (one[1] in writers if one[1] else number % 2 == 1) == held]
        found.append(
            PercentSamples(
                [one for one in expressions if (one.writer in writers) == held],
                own,
                [inks for name, inks in digits.items() if (name in writers) == held],
                slashes[held::2],
            )
        )
    return found[0], found[1]


def _of_class(glyphs: Glyphs, texts: Sequence[str], text: str) -> list[tuple[Ink, str]]:
    """Return the glyphs of a class and the names of their writers, which may be empty."""
    classes = [index for index, one in enumerate(texts) if one == text]
    names = glyphs.writer_names if glyphs.writers is not None else ()
    found: list[tuple[Ink, str]] = []
    for row in np.flatnonzero(np.isin(glyphs.labels, classes)).tolist():
        ink = glyphs.ink[row]
        if isinstance(ink, tuple):
            found.append((ink, names[int(glyphs.writers[row])] if names and glyphs.writers is not None else ""))
    return found
