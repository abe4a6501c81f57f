"""Kept figures of a measurement: shown the next time, dropped where they are damaged, at any window size."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QHeaderView, QLabel, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.evaluation.evaluation_view import EvaluationView
from tests.ui.controls import labels, named, rows
from tests.ui.evaluation.evaluations import details, kept_evaluation, open_evaluation, write_details
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")


def test_figures_are_there_the_next_time(make_window: WindowMaker, qtbot: QtBot) -> None:
    write_details(kept_evaluation())

    page = open_evaluation(make_window())

    qtbot.waitUntil(page.view.isVisible, timeout=PATIENCE_MS)
    assert "99.60 %" in labels(page)


@pytest.mark.parametrize("learned", [False, True])
def test_figures_on_training_data_are_marked(make_window: WindowMaker, qtbot: QtBot, learned: bool) -> None:
    write_details(kept_evaluation(), learned_from=learned)

    page = open_evaluation(make_window())

    qtbot.waitUntil(page.view.isVisible, timeout=PATIENCE_MS)
    (state,) = (text for text in labels(page) if "measured on 2 January 2026" in text)
    assert ("trained on data of this name" in state) == learned


@pytest.mark.slow
def test_figures_are_not_read_before_they_can_be_seen(make_window: WindowMaker, qtbot: QtBot) -> None:
    path = write_details(kept_evaluation())
    path.write_text("damaged")

    window = make_window()
    qtbot.wait(200)
    assert path.exists()

    page = open_evaluation(window)
    qtbot.waitUntil(lambda: not path.exists(), timeout=PATIENCE_MS)
    assert any("Not measured yet" in text for text in labels(page))


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"version": 99},
        {"format": "other"},
        {"misread": [{"truth": 1}]},
        {"figures": {"labels": ["0", "1"]}},
    ],
    ids=["another network", "newer", "another format", "damaged cells", "damaged figures"],
)
def test_figures_of_another_network_and_damaged_ones_are_dropped(
    make_window: WindowMaker, qtbot: QtBot, change: dict[str, object]
) -> None:
    path = write_details(kept_evaluation())
    path.write_text(json.dumps({**details(), **change}), "utf-8")

    page = open_evaluation(make_window())

    qtbot.waitUntil(lambda: not path.exists(), timeout=PATIENCE_MS)
    assert not page.view.isVisible()
    assert any("Not measured yet" in text for text in labels(page))


def test_figures_that_were_not_measured_have_no_tab(qtbot: QtBot, tmp_path: Path) -> None:
    from digitvision.ui.evaluation.evaluation_results import read_results
    from tests.ui.evaluation.evaluations import classic_sha256

    bare = read_results(write_details(tmp_path / "bare.json", rejection=None), classic_sha256())
    robustness = [{"name": "slant +20 °", "samples": 10, "right": 9, "accuracy": 0.9}]
    writers = [{"name": "ann", "samples": 10, "right": 9, "accuracy": 0.9}]
    full = read_results(write_details(tmp_path / "full.json", robustness=robustness, writers=writers), classic_sha256())
    assert bare is not None
    assert full is not None
    view = EvaluationView()
    qtbot.addWidget(view)
    view.show()

    view.show_results(full)
    assert view.tab_titles == ["Mistakes", "Reliability", "Classes", "Writers", "Junk", "Robustness"]
    view.show_results(bare)
    assert view.tab_titles == ["Mistakes", "Reliability", "Classes"]
    assert "–" in labels(view)
    view.show_results(full)
    assert rows(named(view, QTreeWidget, "Changed characters")) == [["slant +20 °", "10", "90.00 %"]]


@pytest.mark.parametrize("size", [(640, 480), (800, 600), (1024, 700), (2560, 1440)])
def test_nothing_is_cut_at_any_size(make_window: WindowMaker, qtbot: QtBot, size: tuple[int, int]) -> None:
    write_details(kept_evaluation())
    window = make_window()
    page = open_evaluation(window)
    qtbot.waitUntil(page.view.isVisible, timeout=PATIENCE_MS)
    window.resize(*size)
    for _ in range(3):
        qtbot.wait(1)

    assert (window.width(), window.height()) == size
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert needed <= label.height(), label.text()
            assert label.wordWrap() or label.sizeHint().width() <= label.width(), label.text()
    matrix, side = page.view.matrix, page.view.matrix.cell_px * 10
    assert side <= matrix.viewport().width()
    assert side > 0.7 * min(matrix.viewport().width(), matrix.viewport().height(), 560)


def test_every_control_of_the_page_has_a_name_and_every_button_a_tip(make_window: WindowMaker, qtbot: QtBot) -> None:
    write_details(kept_evaluation())
    page = open_evaluation(make_window())
    qtbot.waitUntil(page.view.isVisible, timeout=PATIENCE_MS)

    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) >= 3
    assert [one.text() for one in buttons if not one.toolTip() and not one.objectName().startswith("qt_")] == []
    views = [
        one for one in page.findChildren(QAbstractItemView) if one.isVisible() and not isinstance(one, QHeaderView)
    ]
    assert len(views) == 2
    assert all(one.accessibleName() for one in (*views, page.view.matrix))
