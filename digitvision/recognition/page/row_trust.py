"""How far rows can be relied on, and whether two of them are rather one.

The weights were fitted to pages of CROHME 2013's and 2012's expressions.

A bar and what stands below it may be the rest of the fraction above, or another row. Where the network for pairs leaves
it open, the reader of equations decides: what belongs together makes a likelier formula than its two halves.
"""

import math
from typing import Final

DOUBTFUL_ABOVE: Final = -45.0
"""Sum of logits of two rows from which they are read together, too: below it none of 49 wrongly parted rows lay."""

SURE_ABOVE: Final = 0.92
"""Least confidence of a row that is sure: of the sure rows of CROHME 2013's and 2012's pages 19 in 20 are right."""

_CLEARLY_JOINED: Final = 13.0
"""Sum of logits for which parts were joined from which it was right nearly always."""

_LOGIT, _TOGETHER, _APART, _OFFSET = 0.136, 1.88, -1.43, 1.15
_ALONE_LOGIT, _ALONE_OFFSET = 0.166, 0.76
_JOIN_LOGIT, _JOIN_OFFSET = 0.122, 1.93
_LEAST: Final = 1e-3


def one_row_share(logit: float, together: float | None = None, apart: float = 0.0) -> float:
    """Return the probability that two rows are one, 0 to 1.

    Args:
        logit: The sum of logits of their pairs of strokes.
        together: Confidence of the reading of both as one; None where it is not known.
        apart: Product of the confidences of the readings of each.
    """
    if together is None:
        return _logistic(_ALONE_LOGIT * logit + _ALONE_OFFSET)
    return _logistic(_LOGIT * logit + _TOGETHER * _log_odds(together) + _APART * _log_odds(apart) + _OFFSET)


def join_trust(weakest: float) -> float:
    """Return the probability that parts which were joined for this least sum of logits are one row."""
    return 1.0 if weakest >= _CLEARLY_JOINED else _logistic(_JOIN_LOGIT * weakest + _JOIN_OFFSET)


def _log_odds(share: float) -> float:
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -50.0), 50.0)))
