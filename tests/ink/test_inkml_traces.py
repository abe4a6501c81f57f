import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.inkml_traces import TraceTextError, decode_trace


def decoded(text: str, channels: int = 2, *, optional: int = 0) -> list[list[float]]:
    rows: list[list[float]] = decode_trace(text, channels, optional=optional).tolist()
    return rows


def test_a_plain_list() -> None:
    assert decoded(" 1 2, 3.5 -4 ,\n5e1 .5,") == [[1, 2], [3.5, -4], [50, 0.5]]


def test_an_empty_trace_has_no_samples() -> None:
    assert decode_trace(" \n ", 3).shape == (0, 3)


def test_differences_and_repeats() -> None:
    """The first point is explicit, the second a velocity, the third an acceleration, as are those after it."""
    text = "1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8,3 6,2 4,*6,3 6"

    assert decoded(text) == [
        [1125, 18432],
        [1148, 18475],
        [1178, 18510],
        [1211, 18540],
        [1251, 18567],
        [1297, 18596],
        [1349, 18633],
        [1404, 18676],
        [1461, 18723],
        [1520, 18776],
        [1582, 18835],
    ]


def test_an_explicit_value_ends_the_differences_of_its_channel_alone() -> None:
    assert decoded("10 10,'1'2,1 2,!50 2,51 2") == [[10, 10], [11, 12], [12, 14], [50, 16], [51, 18]]


def test_a_star_repeats_value_velocity_or_acceleration() -> None:
    assert decoded("5 5,* 6,'2'0,* 0,\"1 0,* 0") == [[5, 5], [5, 6], [7, 6], [9, 6], [12, 6], [16, 6]]


def test_values_need_no_spaces_between_them() -> None:
    assert decoded("10-5,1.5.25,-3-4") == [[10, -5], [1.5, 0.25], [-3, -4]]
    assert decoded("125'3\"-2", 3) == [[125, 3, -2]]


def test_hexadecimal_and_boolean_values() -> None:
    assert decoded("#1F -#a,#0#10") == [[31, -10], [0, 16]]
    assert decoded("1 2 T,3 4F,5 6*", 3) == [[1, 2, 1], [3, 4, 0], [5, 6, 0]]


def test_an_unknown_value_is_not_a_number_and_changes_nothing_after_it() -> None:
    rows = decode_trace("1 2,'3'4,??,3 4", 2)

    assert np.isnan(rows[2]).all()
    assert rows[[0, 1, 3]].tolist() == [[1, 2], [4, 6], [7, 10]]


def test_missing_values_are_unknown_and_further_ones_left_out() -> None:
    rows = decode_trace("1 2,3 4 5 6,7 8 9", 3)

    assert rows[1:].tolist() == [[3, 4, 5], [7, 8, 9]]
    assert rows[0, :2].tolist() == [1, 2]
    assert np.isnan(rows[0, 2])


def test_files_of_early_drafts_have_no_commas() -> None:
    assert decoded("10 0 9 14 8 28") == [[10, 0], [9, 14], [8, 28]]
    assert decoded("1125 18432'23'43\"7\"-8 3-5+7 -3") == [
        [1125, 18432],
        [1148, 18475],
        [1178, 18510],
        [1211, 18540],
        [1251, 18567],
    ]
    # With optional channels the end of a sample is ambiguous.
    assert decoded("10 0 9 14", optional=2) == [[10, 0]]


@pytest.mark.parametrize(
    "text", ["1 nan", "inf 2", "1 1e400", "1 -1E999", "1_0 2", "0x10 2", "a b", "1 2; 3 4", "1 #", "1 --2", "１ ２"]
)
def test_values_that_are_no_finite_numbers_are_refused(text: str) -> None:
    with pytest.raises(TraceTextError):
        decode_trace(text, 2)


@pytest.mark.parametrize("text", ["#" + "F" * 400 + " 2", "1 2, 3 ! 4 " + "5 " * 400])
def test_hostile_values_are_refused(text: str) -> None:
    with pytest.raises(TraceTextError):
        decode_trace(text, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["'" * 200_000, " " * 200_000 + "!", "1" * 200_000, "- " * 100_000, "1." * 50_000 + "x"]
)
def test_no_text_is_slow(text: str) -> None:
    began = time.process_time()
    try:
        decode_trace(text, 2)
    except TraceTextError as error:
        assert str(error)  # noqa: PT017 - refused or read, but soon
    # The limit is generous: a pattern with backtracking would take hours.
    assert time.process_time() - began < 20


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)), min_size=3, max_size=30))
def test_any_coding_of_the_same_samples_reads_the_same(points: list[tuple[int, int]]) -> None:
    values = np.array(points)
    velocity = np.diff(values, axis=0)
    acceleration = np.diff(velocity, axis=0)
    first = f"{values[0, 0]} {values[0, 1]}"
    by_velocity = ",".join([first, *(f"'{x}'{y}" for x, y in velocity.tolist())])
    second = "'{}'{}".format(*velocity[0].tolist())
    by_acceleration = ",".join([first, second, *(f'"{x}"{y}' for x, y in acceleration.tolist())])
    explicit = ",".join(f"!{x}!{y}" for x, y in points)

    for text in (explicit, by_velocity, by_acceleration):
        np.testing.assert_array_equal(decode_trace(text, 2), values)


@given(st.text(alphabet="0123456789.,-+eE#AF T*?!'\" \n", max_size=60), st.integers(1, 5))
def test_any_text_is_read_or_refused(text: str, channels: int) -> None:
    try:
        rows = decode_trace(text, channels)
    except TraceTextError:
        return
    assert rows.shape[1] == channels
    assert not np.isinf(rows).any()
