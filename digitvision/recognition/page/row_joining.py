"""Join rows that are rather one: reading them together and apart decides where the network for rows leaves it open."""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.reading.doubtful_forms import has_half_fraction
from digitvision.recognition.page.joined_forms import fraction_around, hangs, is_far_fetched, is_of_column
from digitvision.recognition.page.nearer_limits import limit_of_upper
from digitvision.recognition.page.read_row import ReadRow
from digitvision.recognition.page.row_form import is_fraction_alone, is_unfinished
from digitvision.recognition.page.row_trust import DOUBTFUL_ABOVE, join_trust, one_row_share
from digitvision.recognition.prediction import LINE
from digitvision.recognition.rows.equality_signs import goes_on_at_equality
from digitvision.recognition.rows.row_finder import COLUMNS_APART, FoundRow, are_beside, in_order

_LEAST_HANGING: Final = -4.0
"""Sum of logits below which no row hangs on a sign of another one: of 190 on CROHME's pages that would, none did."""

_AS_LIKELY: Final = 0.7
"""Least share of how likely two rows are that they must be after a limit has been moved from one to the other."""

_UNFINISHED: Final = 0.1
"""How much less likely a row is by itself that is unfinished, and not together with the other one."""

Strokes: TypeAlias = tuple[int, ...]
Reader: TypeAlias = Callable[[Strokes], ReadRow | None]
"""Reads strokes as one row; None where there is no time for it."""


class RowJoiner:
    """Joins the rows of one page.

    Args:
        rows: The rows that were found.
        boxes: float64 [N, 4], of all strokes of the page.
        read: Reads a row.
    """

    def __init__(self, rows: Iterable[FoundRow], boxes: NDArray[np.float64], read: Reader) -> None:
        self._rows = {row.strokes: row for row in rows}
        self._trust = {strokes: join_trust(row.weakest) for strokes, row in self._rows.items()}
        self._boxes = boxes
        self._read = read

    def joined(self, *, limits: bool) -> tuple[list[FoundRow], dict[Strokes, float]]:
        """Return the rows in their order, and the probability of each to be one row and no other.

        Args:
            limits: Whether limits may be moved from row to row, results be parted from the rule above them, and parts
                of a line of words be joined to it.
        """
        rows, boxes = self._rows, self._boxes
        # Those that most probably are one row first: more may be joined to it.
        doubts = [
            (-logit, strokes, other)
            for strokes, row in rows.items()
            for other in row.between
            if strokes < other and (logit := _logit(row, rows[other], boxes)) > DOUBTFUL_ABOVE
        ]
        heapq.heapify(doubts)
        self._join_fractions()
        while doubts:
            negative, one, other = heapq.heappop(doubts)
            if one not in rows or other not in rows:
                continue
            share = self._one_row_share(one, other, -negative)
            if share <= 0.5:
                self._trust[one] *= 1 - share
                self._trust[other] *= 1 - share
                continue
            whole = self._join((one, other), share)
            for third in whole.between:
                if third in rows and (logit := _logit(whole, rows[third], boxes)) > DOUBTFUL_ABOVE:
                    heapq.heappush(doubts, (-logit, min(whole.strokes, third), max(whole.strokes, third)))
        if limits:
            self._join_words()
            self._move_limits()
            self._part_columns()
            self._part_beside()
        return in_order(list(rows.values())), self._trust

    def _join(self, parts: Sequence[Strokes], share: float) -> FoundRow:
        """Make one row of several, given by their strokes, and return it; `share` is the probability that they are."""
        rows, trust = self._rows, self._trust
        whole, *others = (rows.pop(part) for part in parts)
        for other in others:
            before = whole.strokes
            whole = whole.joined(other)
            for third in whole.between:
                if third in rows:
                    rows[third] = rows[third].beside(whole, before, other.strokes)
        rows[whole.strokes] = whole
        trust[whole.strokes] = math.prod(trust.pop(part) for part in parts) * share
        return whole

    def _join_words(self) -> None:
        """Join words with what was torn out of their line: the network for rows has learned from equations alone."""
        rows = self._rows
        waiting = list(rows)
        while waiting:
            strokes = waiting.pop(0)
            read = self._read(strokes) if strokes in rows else None
            if read is None or read.reading.mode != LINE:
                continue
            for other in [row for row in rows.values() if is_within_line(row.box, rows[strokes].box)]:
                part = None if other.strokes == strokes else self._read(other.strokes)
                whole = None if part is None else self._read(tuple(sorted((*strokes, *other.strokes))))
                if part is None or whole is None or whole.reading.mode != LINE:
                    continue
                together, apart = whole.reading.confidence, read.reading.confidence * part.reading.confidence
                if together > apart:
                    waiting.append(self._join((strokes, other.strokes), together / (together + apart)).strokes)
                    break

    def _join_fractions(self) -> None:
        """Join bars with what is above and below them, where that makes likely fractions: three rows at once."""
        rows = self._rows
        for bar in [row for row in rows.values() if len(row.strokes) == 1]:
            parts = fraction_around(bar, rows) if bar.strokes in rows else ()
            known = [self._read(strokes) for strokes in parts]
            if not parts or None in known:
                continue
            whole = self._read(tuple(sorted(sum(parts, ()))))
            if whole is None or whole.reading.tree is None or not is_fraction_alone(whole.reading.tree):
                continue
            upper, _, lower = (rows[strokes] for strokes in parts)
            if self._is_rule(whole, upper.box.united(lower.box)):
                continue
            logit = sum(bar.between[one.strokes] for one in (upper, lower)) + upper.between.get(lower.strokes, 0.0)
            apart = math.prod(one.reading.confidence for one in known if one is not None)
            share = one_row_share(logit, whole.reading.confidence, apart)
            if share > 0.5:
                self._join(parts, share)

    def _is_rule(self, whole: ReadRow, box: Bounds) -> bool:
        """Whether the bar of what would be a fraction is rather the rule of a column of numbers."""
        if not whole.form.has_number_above:
            return False
        known = ((row.box, self._read(row.strokes)) for row in self._rows.values())
        return is_of_column(whole.form, box, [(own, one.form) for own, one in known if one is not None])

    def _move_limits(self) -> None:
        """Move limits to the rows above whose operators they are nearer to, where both rows are as likely then."""
        rows, boxes = self._rows, self._boxes
        for upper, lower in pairwise([row.strokes for row in in_order(list(rows.values()))]):
            pair = [self._read(strokes) for strokes in (upper, lower)]
            if not all(one is not None and one.has_limits for one in pair):
                continue
            trees = [None if one is None else one.reading.tree for one in pair]
            if upper not in rows or trees[0] is None or trees[1] is None:
                continue
            limit = limit_of_upper(trees[0], upper, trees[1], lower, boxes)
            if not limit or limit >= set(lower):
                continue
            moved = tuple(sorted({*upper, *limit})), tuple(sorted(set(lower) - limit))
            before, now = (
                math.prod(0.0 if one is None else one.reading.confidence for one in some)
                for some in (pair, [self._read(strokes) for strokes in moved])
            )
            if now < _AS_LIKELY * before:
                continue
            for strokes, new in zip((upper, lower), moved, strict=True):
                rows[new] = self._with_strokes(rows.pop(strokes), new)
                self._trust[new] = self._trust.pop(strokes)

    def _part_columns(self) -> None:
        """Part fractions that are the end of a column: its last number with a sign, its rule, and what it comes to."""
        rows = self._rows
        known = [(row, read) for row in rows.values() if (read := self._read(row.strokes)) is not None]
        forms = [(row.box, read.form) for row, read in known]
        for row, read in known:
            tree = read.reading.tree
            if tree is None or not read.form.has_sign_above or not is_of_column(read.form, row.box, forms):
                continue
            trust = self._trust.pop(row.strokes)
            del rows[row.strokes]
            children = tree.children(tree.root)
            for part in (tree.subtree(children["Above"]), [tree.root], tree.subtree(children["Below"])):
                own = tuple(sorted(row.strokes[stroke] for symbol in part for stroke in tree.symbols[symbol].strokes))
                rows[own], self._trust[own] = self._with_strokes(row, own), trust

    def _part_beside(self) -> None:
        """Part rows where two of them stand beside each other, too far apart for any row: `12      7`."""
        rows = self._rows
        waiting = list(rows)
        while waiting:
            strokes = waiting.pop()
            read = self._read(strokes)
            if read is None or not read.left_of_gap:
                continue
            left = {strokes[stroke] for stroke in read.left_of_gap}
            parts = tuple(sorted(left)), tuple(stroke for stroke in strokes if stroke not in left)
            if any(self._read(part) is None for part in parts):
                continue
            row, trust = rows.pop(strokes), self._trust.pop(strokes)
            for part in parts:
                rows[part], self._trust[part] = self._with_strokes(row, part), trust
            waiting += parts

    def _with_strokes(self, row: FoundRow, strokes: Strokes) -> FoundRow:
        own = self._boxes[list(strokes)]
        box = Bounds(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
        return replace(row, strokes=strokes, box=box)

    def _one_row_share(self, one: Strokes, other: Strokes, logit: float) -> float:
        """Return the probability that two rows are one: how they are read together and apart decides."""
        both = tuple(sorted((*one, *other)))
        first, second, whole = (self._read(strokes) for strokes in (one, other, both))
        if first is None or second is None:
            # There was no time to read them: the networks alone have to decide, and the next slice goes on.
            return one_row_share(logit)
        if whole is None:
            # What is read already stays in sight until it is known whether both are one.
            return min(one_row_share(logit), 0.5)
        together, apart = whole.reading.confidence, first.reading.confidence * second.reading.confidence
        tree = whole.reading.tree
        part = {place for place, stroke in enumerate(both) if stroke in one}
        if tree is not None and (
            # A rule below a column of numbers is no bar of a fraction, and of none that has nothing on its other side.
            has_half_fraction(tree)
            or self._is_rule(whole, self._rows[one].box.united(self._rows[other].box))
            or is_far_fetched(tree, part)
            or (logit < _LEAST_HANGING and hangs(tree, part))
        ):
            together = 0.0
        if tree is not None and not is_unfinished(tree):
            halves = [half.form.is_unfinished and not half.form.is_number_at_rule for half in (first, second)]
            apart *= _UNFINISHED ** sum(halves)
        return one_row_share(logit, together, apart)


def go_on_in_columns(rows: Sequence[FoundRow], read: Reader) -> bool:
    """Whether columns keep a row from what it belongs to: it ends with an operator or a sign of a result, or begins so.

    Args:
        rows: The rows that were found.
        read: Reads a row.
    """
    for row in rows:
        apart = {strokes for strokes, logit in row.between.items() if logit <= COLUMNS_APART}
        for other in rows if apart else ():
            if other.strokes not in apart or other.box.left < row.box.right or not are_beside(row.box, other.box):
                continue
            left, right = read(row.strokes), read(other.strokes)
            if left is None or right is None:
                continue
            is_open = left.form.asks_for_more or right.form.begins_with_relation
            if is_open or (left.form.ends_with_equality and not right.form.has_equality):
                return True
    return False


def is_within_line(part: Bounds, line: Bounds) -> bool:
    """Whether something may have been torn out of a line: it is beside or within it, and at its height.

    Args:
        part: The box of what may belong to the line.
        line: The box of the line.
    """
    shared = min(part.bottom, line.bottom) - max(part.top, line.top)
    near = line.left - line.height <= part.left and part.right <= line.right + line.height
    return near and shared >= max(part.height, 1e-9) / 2


def _logit(one: FoundRow, other: FoundRow, boxes: NDArray[np.float64]) -> float:
    """Return how much speaks for it that two rows are one: it is open at least where an equality sign parts them.

    Args:
        one, other: Two rows that are near.
        boxes: float64 [N, 4], of all strokes of the page.
    """
    found, size = one.between[other.strokes], max(one.size, other.size)
    if found >= 0 or not size or not are_beside(one.box, other.box):
        return found
    left, right = sorted((one, other), key=lambda row: row.box.left)
    return 0.0 if goes_on_at_equality(*(boxes[list(row.strokes)] / size for row in (left, right))) else found
