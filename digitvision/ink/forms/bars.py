"""Straight upright bars in a mask."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.components import Components, component_boxes, label_components
from digitvision.ink.runs import run_lengths

_LEAST_LONG: Final = 2.2
"""Least length of a bar, in its thicknesses."""

_STRAIGHT: Final = (1.35, 1.2)
"""Largest width of a bar's box in its thicknesses, and in pixels beside: what leans or bends is wider."""

_BESIDE: Final = 0.2
"""Largest share of a bar's length along which other ink touches it."""

_DOTS: Final = 4
"""Least number of dots or dashes of a bar."""

_DOT_HEIGHT: Final = 0.2
"""Largest height of a dot or dash, as a share of the picture's."""

_REGULAR: Final = 0.3
"""Largest deviation of the dots' sizes and distances from their medians, as a share of these, beside a pixel."""

_SPREAD: Final = 1
"""Pixels aside within which a bar continues: a turned line is made of steps."""


class Bars:
    """The N straight upright bars of a mask.

    Attributes:
        boxes: int [N, 4], left, top, right, bottom of each (the last two exclusive).
        labels: int [H, W], the number of each pixel's bar plus 1, 0 outside of them.
    """

    def __init__(self, boxes: NDArray[np.intp], labels: NDArray[np.intp]) -> None:
        self.boxes = boxes
        self.labels = labels

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def centres(self) -> NDArray[np.float64]:
        """float64 [N]: how far right the middle of each is, in pixels."""
        return (self.boxes[:, 0] + self.boxes[:, 2]) / 2

    @property
    def lengths(self) -> NDArray[np.intp]:
        """int [N]: height of each, in pixels."""
        return np.asarray(self.boxes[:, 3] - self.boxes[:, 1])

    def pixels_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """bool [H, W]: the pixels of the bars that are chosen, bool [N]."""
        return np.asarray(np.concatenate([[False], chosen])[self.labels])


def upright_bars(mask: NDArray[np.bool_], least: int) -> Bars:
    """Return the bars of a mask that stand free of other ink along most of their length.

    Args:
        mask: bool [H, W].
        least: Least length, in pixels.
    """
    spread = mask.copy()
    for _ in range(_SPREAD):
        before = spread.copy()
        spread[:, 1:] |= before[:, :-1]
        spread[:, :-1] |= before[:, 1:]
    along = run_lengths(np.ascontiguousarray(spread.T)).T
    across = run_lengths(mask)
    straight = mask & (along >= least) & (across * _LEAST_LONG <= np.maximum(along, 1))
    labels, count = label_components(straight)
    if count == 0:
        return Bars(np.zeros((0, 4), np.intp), labels)
    boxes = component_boxes(labels, count)
    lengths, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    thickness = np.bincount(labels.ravel(), minlength=count + 1)[1:] / lengths
    kept = (lengths >= np.maximum(least, _LEAST_LONG * thickness)) & (widths <= _STRAIGHT[0] * thickness + _STRAIGHT[1])
    for number in np.flatnonzero(kept).tolist():
        kept[number] = _beside(mask, labels, number + 1, boxes[number]) <= _BESIDE
    numbers = np.zeros(count + 1, np.intp)
    numbers[1:][kept] = np.arange(1, int(kept.sum()) + 1)
    return Bars(boxes[kept], numbers[labels])


def _beside(mask: NDArray[np.bool_], labels: NDArray[np.intp], number: int, box: NDArray[np.intp]) -> float:
    """Return the share of a bar's length, but for its ends, along which other ink touches it."""
    left, top, right, bottom = box.tolist()
    end = min(right - left + 2, (bottom - top) // 4)
    rows = slice(top + end, bottom - end)
    around = slice(max(left - 1, 0), right + 1)
    other = mask[rows, around] & (labels[rows, around] != number)
    return float(other.any(axis=1).mean()) if other.size else 0.0


def with_dotted(bars: Bars, parts: Components) -> Bars:
    """Return the bars of a mask with these components, and those of dots or dashes one under the other."""
    labels, _, boxes = parts
    sides = boxes[:, 2:] - boxes[:, :2]
    small = np.flatnonzero((sides[:, 1] <= max(_DOT_HEIGHT * labels.shape[0], 2)) & (sides[:, 0] <= sides[:, 1] + 2))
    order = small[np.argsort(boxes[small, 0] + boxes[small, 2], kind="stable")]
    found, number = [], bars.labels.copy()
    while len(order) >= _DOTS:
        centres = (boxes[order, 0] + boxes[order, 2]) / 2
        column = order[centres <= centres[0] + _STRAIGHT[1] + 1]
        order = order[len(column) :]
        column = column[np.argsort(boxes[column, 1])]
        if len(column) < _DOTS or not _are_regular(boxes[column]):
            continue
        found.append(np.concatenate([boxes[column, :2].min(axis=0), boxes[column, 2:].max(axis=0)]))
        number[np.isin(labels, column + 1)] = len(bars) + len(found)
    return Bars(np.concatenate([bars.boxes, np.array(found, np.intp).reshape(-1, 4)]), number)


def _are_regular(dots: NDArray[np.intp]) -> bool:
    """Whether dots, int [N, 4] from top to bottom, are alike and equally far from each other; the ends may be cut."""
    heights, steps = dots[1:-1, 3] - dots[1:-1, 1], np.diff(dots[:, 1] + dots[:, 3]) / 2
    return all(bool((np.abs(one - np.median(one)) <= _REGULAR * np.median(one) + 1).all()) for one in (heights, steps))
