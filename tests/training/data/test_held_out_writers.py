"""The writers that are held out: whole ones, who wrote a given share, and the same in every source."""

from collections.abc import Sequence

import numpy as np
import pytest

from digitvision.training.data.glyphs import Glyphs
from digitvision.training.data.held_out_writers import HeldOutWriters, names_writers


def _source(wrote: Sequence[int], names: Sequence[str] | None = None) -> Glyphs:
    """Make glyphs, so many by each writer."""
    writers = np.repeat(np.arange(len(wrote)), wrote)
    return Glyphs(
        "source",
        [np.zeros((2, 2), np.uint8)] * len(writers),
        np.zeros(len(writers), np.int64),
        ("0",),
        writers,
        tuple(names or (f"w{number}" for number in range(len(wrote)))),
    )


def _out(of: Glyphs, chosen: HeldOutWriters) -> float:
    """Share of a source's glyphs that is held out."""
    assert of.writers is not None
    return float(np.array([name in chosen for name in of.writer_names])[of.writers].mean())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
def test_a_share_of_the_glyphs_is_held_out_however_uneven_the_writers_are(seed: int, share: float) -> None:
    wrote = np.random.default_rng(5).lognormal(3, 1.2, 200).astype(int) + 1
    source = _source(wrote.tolist())

    chosen = HeldOutWriters([source], share, seed)

    assert _out(source, chosen) == pytest.approx(share, rel=0.15)
    assert _out(source, chosen) <= share
    # Not one or two people who wrote much.
    assert sum(name in chosen for name in source.writer_names) >= 5


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_of_equal_writers_the_share_is_held_out(share: float) -> None:
    source = _source([7] * 20)

    assert _out(source, HeldOutWriters([source], share, 1)) == share


def test_a_writer_of_very_many_glyphs_is_not_held_out() -> None:
    source = _source([3000] + [50] * 100)

    for seed in range(30):
        assert "w0" not in HeldOutWriters([source], 0.1, seed)


def test_the_same_seed_holds_out_the_same_writers_in_any_order_of_sources() -> None:
    one, two = _source([5] * 40), _source([9] * 30, [f"v{number}" for number in range(30)])
    names = (*one.writer_names, *two.writer_names)

    here, there, other = (
        [name in HeldOutWriters(sources, 0.2, seed) for name in names]
        for sources, seed in (((one, two), 1), ((two, one), 1), ((one, two), 2))
    )

    assert here == there
    assert here != other


def test_a_writer_of_several_sources_is_held_out_of_all_and_each_gives_its_share() -> None:
    large = _source([100] * 60)
    small = _source([3] * 90, [f"w{number}" for number in range(30, 120)])

    chosen = HeldOutWriters([small, large], 0.2, 3)

    # The small source first would have taken six of the thirty whom both know, and more.
    assert _out(large, chosen) == pytest.approx(0.2)
    assert _out(small, chosen) == pytest.approx(0.2, abs=0.04)
    both = set(large.writer_names) & set(small.writer_names)
    assert any(name in chosen for name in both)


def test_an_unknown_writer_is_held_out_at_random() -> None:
    source = _source([5] * 40)
    chosen = HeldOutWriters([source], 0.25, 1)

    out = [name for name in (f"unknown {number}" for number in range(2000)) if name in chosen]

    assert 400 < len(out) < 600
    assert out == [name for name in (f"unknown {number}" for number in range(2000)) if name in chosen]


@pytest.mark.parametrize(
    ("wrote", "known"), [([5] * 20, True), ([5] * 19, False), ([120] + [5] * 20, False), ([100] + [5] * 20, True)]
)
def test_one_name_for_most_glyphs_or_few_names_are_no_writers(wrote: list[int], known: bool) -> None:
    assert names_writers(_source(wrote)) == known
