"""A list of layers: parsing, refusals, and the shape and cost of each layer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.faults import Fault
from digitvision.layer_list import (
    KINDS,
    MOST_LAYERS,
    ListedLayer,
    format_layers,
    is_list,
    problem_of,
    read_layers,
    summarize_layers,
)

RASTER = (28, 28, 1)
BOOK = "conv 32 3, pool 2, conv 64 3, pool 2, dense 128, dropout 0.2"


def test_the_plain_network_has_the_shapes_and_costs_of_the_textbooks() -> None:
    layers = read_layers(BOOK)
    steps = summarize_layers(layers, RASTER, 10)

    assert [step.shape for step in steps] == [
        (26, 26, 32),
        (13, 13, 32),
        (11, 11, 64),
        (5, 5, 64),
        (128,),
        (128,),
        (10,),
    ]
    assert [step.parameters for step in steps] == [320, 0, 18_496, 0, 204_928, 0, 1290]
    assert steps[0].multiply_adds == 26 * 26 * 32 * 9
    assert problem_of(steps, layers) == ""


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (BOOK, BOOK),
        ("  conv 8  5 ,dense 10", "conv 8 5, dense 10"),
        ("conv", "conv 32 3"),
        ("conv 16, pool, norm, mean", "conv 16 3, pool 2, norm, mean"),
        ("conv 16 stride 2", "conv 16 3 stride 2"),
        ("conv 16 3 stride 1", "conv 16 3"),
        ("flatten, dropout .5", "flatten, dropout 0.5"),
    ],
)
def test_a_list_is_read_however_it_is_spaced_and_abridged(text: str, canonical: str) -> None:
    layers = read_layers(text)

    assert format_layers(layers) == canonical
    assert read_layers(canonical) == layers


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "layer is missing"),
        ("conv 8 3,, dense 10", "layer is missing"),
        ("conv 8 3,", "layer is missing"),
        ("blur 3", "no layer “blur”; there is: conv, pool"),
        ("conv x", "“conv x” cannot be: “x” is no whole number from 1 to 1024"),
        ("conv 1.5", "“1.5” is no whole number"),
        ("conv 0", "“0” is no whole number"),
        ("conv -3", "“-3” is no whole number"),
        ("conv 8 99", "“99” is no whole number from 1 to 28"),
        ("conv 8 3 2", "written as “conv FILTERS SIZE .stride N.”"),
        ("conv 8 3 stride", "written as “conv"),
        ("conv 8 3 stride 2 2", "written as “conv"),
        ("pool 2 stride 2", "written as “pool SIZE”"),
        ("pool 1", "“1” is no whole number from 2"),
        ("norm 3", "written as “norm”"),
        ("dropout 1", "“1” is no number from 0 to 0.95"),
        ("dropout nan", "“nan” is no number"),
        ("dense 999999999999999999999", "no whole number from 1 to 8192"),
        (", ".join(["norm"] * (MOST_LAYERS + 1)), "may have 40 of them, this one has 41"),
    ],
)
def test_a_wrong_list_is_refused_in_one_sentence(text: str, complaint: str) -> None:
    with pytest.raises(Fault, match=complaint) as caught:
        read_layers(text)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "index", "problem"),
    [
        ("pool 28, pool 2", 1, "the picture is 1 pixel wide here: nothing to pool"),
        ("pool 14, conv 8 3", 1, "the picture is only 2 pixels wide here: nothing to convolve"),
        ("dense 10, conv 8 3", 1, "the values are in one row here: nothing to convolve"),
        ("norm, flatten, pool 2", 2, "the values are in one row here: nothing to pool"),
        ("mean, mean", 1, "the values are in one row here: nothing to average"),
    ],
)
def test_an_impossible_layer_has_a_problem_and_those_after_it_have_none(text: str, index: int, problem: str) -> None:
    layers = read_layers(f"{text}, dense 20")
    steps = summarize_layers(layers, RASTER, 10)

    assert [step.problem for step in steps[:index]] == [""] * index
    assert steps[index].problem == problem
    assert all((step.shape, step.parameters, step.problem) == ((), 0, "") for step in steps[index + 1 :])
    assert problem_of(steps, layers) == f"Layer {index + 1}, “{layers[index]}”: {problem}."


def test_a_network_that_would_fill_the_memory_is_refused() -> None:
    layers = read_layers("conv 1024 3, dense 8192")

    assert "parameters; 50,000,000 are the most" in problem_of(summarize_layers(layers, RASTER, 10), layers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("conv 8", True), ("dense", True), ("brain, conv", True), ("cnn", False), ("brain", False), ("a.py", False)],
)
def test_lists_are_recognized(text: str, expected: bool) -> None:
    assert is_list(text) is expected


@st.composite
def _listed(draw: st.DrawFn) -> ListedLayer:
    kind = draw(st.sampled_from(sorted(KINDS)))
    return ListedLayer(
        kind,
        tuple(
            draw(st.integers(int(size.least), int(size.most)))
            if size.whole
            else draw(st.integers(0, round(size.most * 100))) / 100
            for size in KINDS[kind]
        ),
    )


@pytest.mark.slow
@given(st.lists(_listed(), min_size=1, max_size=MOST_LAYERS))
def test_a_formatted_list_is_parsed_again_and_has_sizes_or_a_problem(layers: list[ListedLayer]) -> None:
    assert read_layers(format_layers(layers)) == tuple(layers)

    steps = summarize_layers(layers, RASTER, 10)
    assert len(steps) == len(layers) + 1
    assert all(min(step.shape) > 0 for step in steps if step.shape)
    assert sum(bool(step.problem) for step in steps) == (not steps[-1].shape)
