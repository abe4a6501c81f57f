"""The model of the list announces what has changed, and nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Bounds
from digitvision.recognition.prediction import Candidate, Reading, RowReading
from digitvision.ui.page.row_item import NO_ROW, RowItem
from digitvision.ui.page.row_model import RowModel


def _items(rows: Sequence[tuple[int, str]]) -> list[RowItem]:
    return [
        RowItem(key, RowReading(Reading("equation", (Candidate(text, text, 0.9),)), (key,), Bounds(0, 0, 1, 1)))
        for key, text in rows
    ]


def test_only_the_row_that_looks_different_is_announced(qapp: QApplication) -> None:
    owner = QObject()
    model = RowModel(owner)
    model.show(_items([(1, "a"), (2, "b"), (3, "c")]))
    changed: list[int] = []
    moved: list[str] = []
    model.dataChanged.connect(lambda first, last: changed.extend(range(first.row(), last.row() + 1)))
    model.rowsInserted.connect(lambda *_: moved.append("in"))
    model.rowsRemoved.connect(lambda *_: moved.append("out"))

    model.show(_items([(1, "a"), (2, "x"), (3, "c")]))

    assert changed == [1]
    assert moved == []
    assert model.place_of(3) == 2
    assert model.place_of(7) == -1
    assert model.key_at(QModelIndex()) == NO_ROW


_PAGES = st.lists(st.lists(st.integers(0, 9), unique=True, max_size=8), min_size=2, max_size=6)


@pytest.mark.slow
@given(_PAGES)
def test_whatever_comes_after_whatever_the_list_holds_the_new_rows(pages: list[list[int]]) -> None:
    owner = QObject()
    model = RowModel(owner)
    # Qt's own check of a model's signals; it fails by a message, and those fail tests.
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)

    for number, keys in enumerate(pages):
        model.show(_items([(key, f"{key}, {number}") for key in keys]))
        assert model.rowCount() == len(keys)
        assert [model.key_at(model.index(place)) for place in range(len(keys))] == keys
        assert [model.data(model.index(place)) for place in range(len(keys))] == [f"{key}, {number}" for key in keys]
    del tester
