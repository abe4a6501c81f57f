"""The graph of a written function: the numbers at its axes."""

import pytest
from pytestqt.qtbot import QtBot

from digitvision.ui.graph.number_axis import NumberAxis


@pytest.mark.parametrize(
    ("values", "spacing", "texts"),
    [
        ([-2, 0, 2], 2, ["−2", "0", "2"]),
        ([-0.5, 0.0, 0.5], 0.5, ["−0.5", "0.0", "0.5"]),
        ([-0.30000000000000004, -0.0, 0.1], 0.1, ["−0.3", "0.0", "0.1"]),
        ([0, 25_000, 50_000], 25_000, ["0", "25000", "50000"]),
        ([-2e7, 0, 1.5e7, 2e7], 5e6, ["−2.0×10⁷", "0", "1.5×10⁷", "2.0×10⁷"]),
        ([0, 1e-7, 2e-7], 1e-7, ["0", "1×10⁻⁷", "2×10⁻⁷"]),
        ([0, 1e300], 1e300, ["0", "1×10³⁰⁰"]),
        ([], 1, []),
    ],
)
def test_numbers_at_a_graph_are_written_as_in_formulas(
    qtbot: QtBot, values: list[float], spacing: float, texts: list[str]
) -> None:
    assert NumberAxis("left").tickStrings(values, 1.0, spacing) == texts
