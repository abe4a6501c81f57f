"""Recipes for the networks that read expressions."""

from dataclasses import dataclass, field, fields
from typing import Any, Final

from digitvision.training.expression.augmentation import Changes
from digitvision.training.expression.networks import BLOCKS
from digitvision.training.recipes.recipe import Recipe, Source, parse_recipe
from digitvision.training.run.schedule import restarts_of

ARCHITECTURE: Final = "expressions"
_FORMAT: Final = "digitvision-recipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionRecipe:
    """How a model that reads expressions is trained.

    Attributes:
        expressions: The file of expressions, a path within the data's root; `licence` as its source states it.
        glyphs: Sources of single glyphs that may replace symbols.
        changes: How expressions are varied, where it differs from `augmentation.Changes`.
        blocks: Number of blocks of attention in each network: fewer learn sooner and less.
        members: Number of pairs of networks, trained one after the other from different weights, whose outputs are
            averaged.
        held_out: Share of the expressions, by writer, that is not learned from.
        epochs: Number of epochs of each member.
        restart_after: The epochs after which the learning rate of a member begins anew, each time lower.
        average: Weight of the past in the running mean of the networks' weights, which is what is saved.
    """

    name: str
    description: str
    expressions: str
    licence: str
    glyphs: tuple[Source, ...] = ()
    changes: dict[str, float] = field(default_factory=dict)
    architecture: str = ARCHITECTURE
    blocks: int = BLOCKS
    members: int = 1
    held_out: float = 0.06
    epochs: int = 25
    restart_after: tuple[int, ...] = ()
    batch_size: int = 33
    learning_rate: float = 0.002
    weight_decay: float = 0.02
    dropout: float = 0.1
    average: float = 0.998
    seed: int = 1

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources of data, the expressions first."""
        return (Source(data=self.expressions, licence=self.licence), *self.glyphs)


def parse_any_recipe(raw: dict[str, Any]) -> Recipe | ExpressionRecipe:
    """Return the recipe of which a file holds this JSON, for networks that read glyphs or expressions.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: It is damaged.
    """
    return _parse(raw) if raw.get("architecture") == ARCHITECTURE else parse_recipe(raw)


def _parse(raw: dict[str, Any]) -> ExpressionRecipe:
    if raw.pop("format", None) != _FORMAT:
        raise ValueError("it is of another form")
    glyphs = tuple(Source(**item) for item in raw.pop("glyphs", ()))
    restarts = restarts_of(raw.pop("restart_after", []))
    recipe = ExpressionRecipe(**{**raw, "glyphs": glyphs, "restart_after": restarts})
    for name in ("name", "description", "expressions", "licence"):
        if not isinstance(getattr(recipe, name), str) or not getattr(recipe, name):
            raise ValueError(f"“{name}” is no text")
    for name, least in (("blocks", 1), ("members", 1), ("epochs", 1), ("batch_size", 1), ("seed", 0)):
        count = getattr(recipe, name)
        if not isinstance(count, int) or count < least:
            raise ValueError(f"“{name}” is {count}, not a whole number from {least}")
    for name in ("weight_decay", "dropout", "average", "held_out"):
        if not 0 <= getattr(recipe, name) < 1:
            raise ValueError(f"“{name}” is {getattr(recipe, name)}, not a number from 0 to below 1")
    if not 0 < recipe.learning_rate < 1:
        raise ValueError(f"“learning_rate” is {recipe.learning_rate}, not a number between 0 and 1")
    known = {item.name for item in fields(Changes)}
    for name, amount in recipe.changes.items():
        if name not in known or not isinstance(amount, int | float) or not 0 <= amount <= 1:
            raise ValueError(f"“{name}: {amount}” is no amount of a change that there is")
    return recipe
