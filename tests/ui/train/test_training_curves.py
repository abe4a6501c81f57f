"""The curves of a training, and earlier trainings that are kept: drawn behind them, and to be repeated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyqtgraph import PlotWidget
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from digitvision.ui.theme import accent, muted
from digitvision.ui.train.training_curves import TrainingCurves
from digitvision.ui.train.training_runs import kept_runs
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, named
from tests.ui.pictures import picture_of, rgb
from tests.ui.train.kept_training import kept_run


def _coloured(curves: TrainingCurves, colour: QColor) -> int:
    """Pixels of this colour or nearly so."""
    return int((np.abs(picture_of(curves) - rgb(colour)).max(axis=-1) < 24).sum())


@pytest.mark.slow
def test_kept_trainings_are_offered_the_latest_first_and_drawn_behind_the_curves(
    home: Path, make_window: Callable[..., MainWindow]
) -> None:
    kept_run(home, 1)
    kept_run(home, 2, outcome=None)
    (home / "runs" / "20240203T000000-abcdef.json").write_text("{", encoding="utf-8")
    window = make_window()
    choose(window, "Train")
    tab = window.train_tab
    compared = named(tab, QComboBox, "Training to compare with")
    titles = [compared.itemText(index) for index in range(compared.count())]

    assert titles == [
        "No other training",
        "run 2  ·  2 February 2024, 10:11",
        "run 1  ·  1 February 2024, 10:11  ·  98.10 %",
    ]
    assert not button(tab, "Repeat").isEnabled()
    curves = tab.findChild(TrainingCurves)
    assert curves is not None
    grey = muted(curves.palette())
    before = _coloured(curves, grey)
    compared.setCurrentIndex(2)
    assert _coloured(curves, grey) > before + 50

    button(tab, "Repeat").click()
    assert [box.value() for box in tab.findChildren(QSpinBox) if box.isVisible()][:2] == [7, 64]
    (augment,) = [box for box in tab.findChildren(QCheckBox) if box.text() == "Vary slant, size and position"]
    assert augment.isChecked()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"},
        {"version": 2},
        {"batches": [[1, 2]]},
        {"batches": [["a", 1, 1]]},
        {"epochs": [{}]},
        {"settings": 7},
    ],
)
def test_a_damaged_run_is_left_out(home: Path, change: dict[str, Any]) -> None:
    kept_run(home, 1)
    kept_run(home, 2, **change)

    assert [run.name for run in kept_runs()] == ["run 1"]


def test_the_curves_of_a_training_grow_with_its_batches_and_epochs(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.resize(500, 400)
    curves.show()
    colour = accent(curves.palette())
    assert _coloured(curves, colour) == 0
    # The axes are those of the whole training from its first batch on.
    curves.begin(3)
    curves.add_batch(0.1, 2.3, 0.1)
    accuracy, loss = (plot.viewRange() for plot in curves.findChildren(PlotWidget))
    assert accuracy[0] == loss[0] == [0, 3]
    assert 0 <= accuracy[1][0] < 10 < accuracy[1][1] == 100
    assert loss[1][0] == 0 < 2.3 < loss[1][1] < 3
    curves.begin(900)
    curves.add_batch(7.5, 2.3, 0.1)
    assert all(plot.viewRange()[0] == [0, 10] for plot in curves.findChildren(PlotWidget))
    edges = {plot.getAxis("left").width() for plot in curves.findChildren(PlotWidget)}
    assert len(edges) == 1
    curves.begin(5)

    for index in range(1, 20):
        curves.add_batch(index / 10, 1 / index, 1 - 1 / (index + 1))
    assert not curves.accessibleDescription()
    curves.add_epoch(1, 0.4, 0.9, 0.3, 0.92)
    curves.add_epoch(2, 0.3, 0.92, 0.2, 0.955)

    assert _coloured(curves, colour) > 100
    assert curves.accessibleDescription() == "Epoch 2: accuracy 92.00 %, held out 95.50 %"
    assert [len(points) for points in curves.points] == [19, 2, 2]
    curves.begin(5)
    assert all(plot.viewRange()[0] == [0, 5] for plot in curves.findChildren(PlotWidget))
    assert [len(points) for points in curves.points] == [0, 0, 0]
    assert _coloured(curves, colour) == 0


def test_the_axes_show_the_true_numbers_in_every_appearance(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.show()
    curves.begin(2)
    curves.add_batch(0.1, 0.5, 0.1)

    for colour in ("#202020", "#f0f0f0"):
        palette = curves.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colour))
        curves.setPalette(palette)
        for plot in curves.findChildren(PlotWidget):
            axis = plot.getAxis("left")
            assert axis.autoSIPrefixScale * axis.scale == 1


def test_the_last_epochs_point_is_seen_whole(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.resize(500, 400)
    curves.show()
    curves.begin(5)
    curves.add_epoch(5, 0.4, 0.9, 0.3, 0.92)
    plot = curves.findChildren(PlotWidget)[0]
    edge = plot.mapFromScene(plot.getViewBox().sceneBoundingRect().topRight()).x() + plot.x()

    beyond = picture_of(curves)[:, edge + 1 :]

    colour = accent(curves.palette())
    assert (np.abs(beyond - rgb(colour)).max(axis=-1) < 24).sum() >= 4
