"""How a training ends."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended.

    Attributes:
        event: `completed`; `cancelled` where the user stopped it; `failed` where the loss is no longer a number.
        model: Name of the model that was saved; None where nothing was. A training that failed may have kept one.
        test_accuracy: The model's accuracy on samples that it has not learned from, 0 to 1; None without a model.
        message: One or two sentences for the user.
        earlier: The name that another model of the same name got, so that it was kept; empty where there was none.
    """

    event: Literal["completed", "cancelled", "failed"]
    model: str | None
    test_accuracy: float | None
    message: str
    earlier: str = ""

    def to_event(self) -> dict[str, Any]:
        """Return the last event of a training, see `train --progress jsonl`."""
        event = asdict(self)
        return event if self.earlier else {key: value for key, value in event.items() if key != "earlier"}
