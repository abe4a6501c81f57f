"""Recipes: files with all that decides how a model is trained, so that anyone who has the data can repeat it."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, TypeVar

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.recognition.alphabets import CLASSES
from digitvision.resources import resource_path
from digitvision.training.augmentation.distortion import Distortion
from digitvision.training.augmentation.handwriting import Variation
from digitvision.training.run.schedule import restarts_of

AnyRecipe = TypeVar("AnyRecipe")

_FORMAT: Final = "digitvision-recipe"
_LIMIT: Final = 2**20
_FILE_KEYS: Final = {"with_context": "surrounded", "junk": "strangers"}
"""Keys of recipe files, and of model cards made from them, whose attributes have another name here."""

_ATTRIBUTES: Final = {key: name for name, key in _FILE_KEYS.items()}
RASTER: Final = "raster"
"""The architecture of networks whose only input is the raster: for pictures, and as the picture branch of others."""

_ARCHITECTURES: Final = ("views", RASTER)

JUNK_KINDS: Final = frozenset({"scribbles", "groupings", "neighbours", "upside_down"})
"""The kinds of junk that a recipe may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of data of a recipe.

    Attributes:
        data: `mnist`, or a path within the data's root.
        licence: The licence as the source states it.
        alphabets: Alphabets whose classes its glyphs are compared with; each is calibrated on its held-out glyphs.
        repeat: How often its glyphs are learned from in an epoch.
        most: The largest number of glyphs of a class that are taken; 0 for all.
        foreign: The largest number of its glyphs of other classes that are learned from as junk.
    """

    data: str
    licence: str
    alphabets: tuple[str, ...] = ()
    repeat: int = 1
    most: int = 0
    foreign: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a model is trained.

    Attributes:
        alphabets: Alphabets that the model answers within, the one it is made for first.
        beside: Alphabets whose classes it learns as well, without answering within them, so that it recognizes glyphs
            that are none of its own.
        frequent: Those of its alphabets whose classes are as frequent in use as among the held-out glyphs, so that the
            frequency may decide where a glyph is doubtful: true of letters in texts, not of signs in formulas.
        junk: Number of samples of each kind of junk: `scribbles`, `groupings`, `neighbours`, `upside_down`.
        variation: How strokes are varied before they are rendered, where it differs from `handwriting.Variation`.
        distortion: How rasters are varied as they are learned from, where it differs from `distortion.Distortion`.
        expressions: File that wrong groupings are taken from, a path within the data's root.
        architecture: `views` for a network of several views, or `raster`.
        width: Number of filters of the first layers, see `multi_view.build_views`.
        joint: Number of units of the layer in which the views come together.
        variants: Number of variations of each glyph of strokes that are rendered in advance; an epoch has one of them.
        pictures: Number of pictures that are made of each glyph of strokes in advance.
        with_context: Whether the spatial context of a glyph is an input of the network.
        without_trajectory: Share of the glyphs of strokes that are learned from as pictures.
        held_out: Share of the writers, or of the glyphs where no writers are named, that is not learned from.
        restart_after: The epochs after which the learning rate begins anew, lower than before.
        average: Weight of the past in the running mean of the network's weights, which is what is saved.
        begins_with: Model of the library with whose weights the network begins, where its layers are the same; empty
            for none.
        pictured_by: Models of the library that were trained on pictures with the same alphabets and become branches
            of the network for pictures, see `multi_view.with_picture_branches`.
    """

    name: str
    description: str
    alphabets: tuple[str, ...]
    sources: tuple[Source, ...]
    beside: tuple[str, ...] = ()
    frequent: tuple[str, ...] = ()
    junk: dict[str, int] = field(default_factory=dict)
    variation: dict[str, float] = field(default_factory=dict)
    distortion: dict[str, float] = field(default_factory=dict)
    expressions: str = ""
    architecture: str = "views"
    width: int = 24
    joint: int = 152
    variants: int = 4
    pictures: int = 2
    with_context: bool = False
    without_trajectory: float = 0.25
    held_out: float = 0.1
    epochs: int = 12
    restart_after: tuple[int, ...] = ()
    batch_size: int = 128
    learning_rate: float = 0.002
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    average: float = 0.999
    begins_with: str = ""
    pictured_by: tuple[str, ...] = ()
    seed: int = 1

    @property
    def classes(self) -> tuple[str, ...]:
        """The texts of all labels, in the order of the network's outputs."""
        return tuple(dict.fromkeys(text for alphabet in self.learned for text in CLASSES[alphabet]))

    @property
    def learned(self) -> tuple[str, ...]:
        """All alphabets whose classes are learned, those first that the model answers within."""
        return (*self.alphabets, *self.beside)

    def to_data(self) -> dict[str, Any]:
        """Return every value by its key in the file of a recipe."""
        return {_FILE_KEYS.get(name, name): value for name, value in asdict(self).items()}


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that come with the program."""
    return tuple(sorted(path.stem for path in resource_path("recipes").glob("*.json")))


def recipe_path(name_or_path: str) -> Path:
    """Return the path of a recipe: one of the program by its name, any other by its path.

    Raises:
        Fault: The program has none of this name.
    """
    path = Path(name_or_path)
    if path.suffix == ".json":
        return path
    if name_or_path not in recipe_names():
        raise Fault(f"There is no recipe “{name_or_path}”; there is: {', '.join(recipe_names())}.")
    return resource_path("recipes", f"{name_or_path}.json")


def parse_recipe(raw: dict[str, Any]) -> Recipe:
    """Return the recipe of which a file holds this JSON.

    Raises:
        KeyError, TypeError, ValueError: It is damaged.
    """
    if raw.pop("format", None) != _FORMAT:
        raise ValueError("it is of another form")
    sources = tuple(Source(**{**item, "alphabets": tuple(item.get("alphabets", ()))}) for item in raw.pop("sources"))
    tuples = {name: tuple(raw.get(name, ())) for name in ("alphabets", "beside", "frequent", "pictured_by")}
    restarts = restarts_of(raw.pop("restart_after", []))
    named = {_ATTRIBUTES.get(key, key): value for key, value in raw.items()}
    recipe = Recipe(**{**named, **tuples, "sources": sources, "restart_after": restarts})
    unknown = [name for name in recipe.learned if name not in CLASSES]
    if unknown or not recipe.alphabets or not recipe.sources:
        raise ValueError("it names no sources, or no known alphabet")
    _check(recipe)
    return recipe


def load_recipe(name_or_path: str, parse: Callable[[dict[str, Any]], AnyRecipe]) -> AnyRecipe:
    """Read a recipe, once.

    Args:
        name_or_path: Name of a recipe of the program, or path of any other.
        parse: Makes the recipe out of the JSON of its file, see `parse_recipe`.

    Raises:
        Fault: There is none, or it is damaged.
    """
    data = read_limited(recipe_path(name_or_path), _LIMIT)
    try:
        return parse(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Fault(f"The recipe “{name_or_path}” is damaged: {error}.") from error


def _check(recipe: Recipe) -> None:
    """Check that the values make sense: others would be noticed after hours of training, or never.

    Raises:
        ValueError: A value does not; the message names it.
    """
    texts = [recipe.name, recipe.description, recipe.expressions, recipe.begins_with, *recipe.pictured_by]
    texts += [text for source in recipe.sources for text in (source.data, source.licence)]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name, path or licence in it is no text")
    if recipe.architecture not in _ARCHITECTURES:
        raise ValueError(f"there is no architecture “{recipe.architecture}”")
    if recipe.architecture == RASTER and (recipe.with_context or recipe.pictured_by):
        raise ValueError("a network that looks at rasters only has neither spatial context nor branches for pictures")
    counts = [
        (name, getattr(recipe, name), 1) for name in ("width", "joint", "variants", "pictures", "epochs", "batch_size")
    ]
    counts += [("seed", recipe.seed, 0), *((kind, count, 0) for kind, count in recipe.junk.items())]
    for source in recipe.sources:
        counts += [("repeat", source.repeat, 1), ("most", source.most, 0), ("foreign", source.foreign, 0)]
    for name, count, least in counts:
        if not isinstance(count, int) or count < least:
            raise ValueError(f"“{name}” is {count}, not a whole number from {least}")
    for name in ("without_trajectory", "held_out", "label_smoothing", "average", "weight_decay"):
        if not 0 <= getattr(recipe, name) < 1:
            raise ValueError(f"“{name}” is {getattr(recipe, name)}, not a number from 0 to below 1")
    if not isinstance(recipe.with_context, bool):
        raise ValueError(f"“surrounded” is {recipe.with_context}, not true or false")
    if not 0 < recipe.learning_rate < 1:
        raise ValueError(f"“learning_rate” is {recipe.learning_rate}, not a number between 0 and 1")
    for given, known in ((recipe.variation, Variation), (recipe.distortion, Distortion)):
        names = {item.name for item in fields(known)}
        for name, amount in given.items():
            if name not in names or not isinstance(amount, int | float) or not 0 <= amount < math.inf:
                raise ValueError(f"“{name}: {amount}” is no amount of a variation that there is")
    if not set(recipe.junk) <= JUNK_KINDS or (recipe.junk.get("groupings") and not recipe.expressions):
        raise ValueError("it asks for junk of unknown kinds, or for groupings of no expressions")
    calibrated = {name for source in recipe.sources for name in source.alphabets}
    if calibrated != set(recipe.learned) or not set(recipe.frequent) <= set(recipe.alphabets):
        raise ValueError("its alphabets are not those that its sources' glyphs count for")
