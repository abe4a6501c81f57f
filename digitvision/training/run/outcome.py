"""How a training ends."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended.

    Attributes:
        event: `completed`; `cancelled` where the user stopped it; `failed` where the loss is no longer a number.
        model: Name of the model that was saved; None where nothing was. A training that failed may have kept one.
        test_accuracy: The model's accuracy on samples that it has not learned from, 0 to 1; None without a model.
        message: One or two sentences for the user.
    """

    event: Literal["completed", "cancelled", "failed"]
    model: str | None
    test_accuracy: float | None
    message: str
