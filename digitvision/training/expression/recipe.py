"""Recipes for the networks that read expressions."""

import json
from dataclasses import dataclass, field, fields
from typing import Any, Final

from digitvision.faults import Fault
from digitvision.files import read_limited
from digitvision.training.expression.augmentation import Changes
from digitvision.training.recipes.recipe import Source, recipe_path
from digitvision.training.run.schedule import restarts_of

ARCHITECTURE: Final = "expressions"
_FORMAT: Final = "digitvision-recipe"
_LIMIT: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionRecipe:
    """How a model that reads expressions is trained.

    Attributes:
        expressions: What is read, a path within the data's root; `licence` as its source states it.
        glyphs: Sources of single glyphs that are written in the places of symbols.
        changes: How expressions are varied, where it differs from `augmentation.Changes`.
        members: Pairs of networks that are trained one after the other, each from another beginning, and read together.
        held_out: Share of the expressions, by writer, that is not learned from.
        epochs: Of each member.
        restart_after: Epochs after which a member's learning rate begins anew, each time lower.
        average: Weight of the past in the running mean of the networks' weights, which is what is saved.
    """

    name: str
    description: str
    expressions: str
    licence: str
    glyphs: tuple[Source, ...] = ()
    changes: dict[str, float] = field(default_factory=dict)
    architecture: str = ARCHITECTURE
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
        """All data, the expressions first."""
        return (Source(data=self.expressions, licence=self.licence), *self.glyphs)


def is_expression_recipe(name_or_path: str) -> bool:
    """Whether a recipe is one of these; what cannot be read is not."""
    try:
        raw = json.loads(read_limited(recipe_path(name_or_path), _LIMIT))
    except (Fault, ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and raw.get("architecture") == ARCHITECTURE


def load_expression_recipe(name_or_path: str) -> ExpressionRecipe:
    """Read a recipe by its name or path.

    Raises:
        Fault: There is none, or it is damaged.
    """
    try:
        return _recipe(json.loads(read_limited(recipe_path(name_or_path), _LIMIT)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Fault(f"The recipe “{name_or_path}” is damaged: {error}.") from error


def _recipe(raw: dict[str, Any]) -> ExpressionRecipe:
    if raw.pop("format", None) != _FORMAT:
        raise ValueError("it is of another form")
    glyphs = tuple(Source(**item) for item in raw.pop("glyphs", ()))
    restarts = restarts_of(raw.pop("restart_after", []))
    recipe = ExpressionRecipe(**{**raw, "glyphs": glyphs, "restart_after": restarts})
    for name in ("name", "description", "expressions", "licence"):
        if not isinstance(getattr(recipe, name), str) or not getattr(recipe, name):
            raise ValueError(f"“{name}” is no text")
    for name, least in (("members", 1), ("epochs", 1), ("batch_size", 1), ("seed", 0)):
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
