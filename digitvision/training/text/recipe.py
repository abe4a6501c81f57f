"""Recipes for the network that reads words and lines."""

from dataclasses import dataclass, field, fields
from typing import Any, Final

from digitvision.training.expression.recipe import ExpressionRecipe, parse_any_recipe
from digitvision.training.recipes.recipe import Recipe, Source
from digitvision.training.run.schedule import restarts_of
from digitvision.training.text.augmentation import LineChanges

ARCHITECTURE: Final = "lines"
_FORMAT: Final = "digitvision-recipe"
_SOURCES: Final = ("lines", "sentences", "numbers", "letters", "held_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecipe:
    """How a model that reads words and lines is trained.

    Attributes:
        lines: Files of whole lines (``.jsonl.xz`` with `truth` and `strokes`), each learned from once an epoch.
        sentences: Files of sentences with their words' strokes, which are cut into pieces of a row.
        numbers: Files of strings of digits (``.npz`` of strokes).
        letters: Files of single characters (``.npz`` of strokes), of which lines are put together.
        held_out: Files of whole lines that are measured on after each epoch, and never learned from.
        pieces: Number of pieces of sentences in an epoch; `strings` that of strings of digits, `made` that of lines put
            together from single characters, `mixed` that of words with a number beside them.
        short_first: Number of steps in which the longest line that is learned from grows from a short word to any
            length: on short ones the network soon finds out that characters follow each other. 0 for all at once.
        changes: How lines are varied, where it differs from `augmentation.LineChanges`.
        channels: Channels of both convolutions.
        units, layers: Units in each direction, and number, of the recurrent layers.
        restart_after: The epochs after which the learning rate begins anew, each time lower.
        average: Weight of the past in the running mean of the network's weights, which is what is saved.
    """

    name: str
    description: str
    lines: tuple[Source, ...]
    held_out: tuple[Source, ...]
    sentences: tuple[Source, ...] = ()
    numbers: tuple[Source, ...] = ()
    letters: tuple[Source, ...] = ()
    pieces: int = 0
    strings: int = 0
    made: int = 0
    mixed: int = 0
    short_first: int = 0
    changes: dict[str, float] = field(default_factory=dict)
    architecture: str = ARCHITECTURE
    channels: tuple[int, int] = (80, 128)
    units: int = 112
    layers: int = 3
    epochs: int = 16
    restart_after: tuple[int, ...] = ()
    batch_size: int = 28
    learning_rate: float = 0.0025
    weight_decay: float = 0.01
    dropout: float = 0.2
    average: float = 0.998
    seed: int = 1

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources of data that are learned from."""
        return (*self.lines, *self.sentences, *self.numbers, *self.letters)


def parse_recipe_by_architecture(raw: dict[str, Any]) -> Recipe | ExpressionRecipe | LineRecipe:
    """Return the recipe of which a file holds this JSON, for networks that read glyphs, expressions or lines.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: It is damaged.
    """
    return parse_line_recipe(raw) if raw.get("architecture") == ARCHITECTURE else parse_any_recipe(raw)


def parse_line_recipe(raw: dict[str, Any]) -> LineRecipe:
    """Return the recipe of which a file holds this JSON.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: It is damaged.
    """
    if raw.pop("format", None) != _FORMAT:
        raise ValueError("it is of another form")
    sources = {name: tuple(Source(**item) for item in raw.pop(name, ())) for name in _SOURCES}
    first, second = raw.pop("channels", LineRecipe.__dataclass_fields__["channels"].default)
    restarts = restarts_of(raw.pop("restart_after", []))
    recipe = LineRecipe(**{**raw, **sources, "channels": (first, second), "restart_after": restarts})
    for name in ("name", "description"):
        if not isinstance(getattr(recipe, name), str) or not getattr(recipe, name):
            raise ValueError(f"“{name}” is no text")
    if not recipe.lines or not recipe.held_out:
        raise ValueError("it names no lines to learn from, or none to measure on")
    _check_numbers(recipe)
    return recipe


def _check_numbers(recipe: LineRecipe) -> None:
    counts = [(name, getattr(recipe, name), 1) for name in ("units", "layers", "epochs", "batch_size")]
    counts += [
        (name, getattr(recipe, name), 0) for name in ("pieces", "strings", "made", "mixed", "short_first", "seed")
    ]
    counts += [("channels", count, 1) for count in recipe.channels]
    for name, count, least in counts:
        if not isinstance(count, int) or count < least:
            raise ValueError(f"“{name}” is {count}, not a whole number from {least}")
    needed = (("pieces", "sentences"), ("strings", "numbers"), ("made", "letters"), ("mixed", "numbers"))
    for name, sources in needed:
        if getattr(recipe, name) and not getattr(recipe, sources):
            raise ValueError(f"“{name}” needs “{sources}”")
    if recipe.mixed and not (recipe.sentences or recipe.letters):
        raise ValueError("“mixed” needs words: “sentences” or “letters”")
    for name in ("weight_decay", "dropout", "average"):
        if not 0 <= getattr(recipe, name) < 1:
            raise ValueError(f"“{name}” is {getattr(recipe, name)}, not a number from 0 to below 1")
    if not 0 < recipe.learning_rate < 1:
        raise ValueError(f"“learning_rate” is {recipe.learning_rate}, not a number between 0 and 1")
    known = {item.name for item in fields(LineChanges)}
    for name, amount in recipe.changes.items():
        if name not in known or not isinstance(amount, int | float) or not 0 <= amount <= 1:
            raise ValueError(f"“{name}: {amount}” is no amount of a change that there is")
