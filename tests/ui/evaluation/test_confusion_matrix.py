"""The confusion matrix and the charts beside it: painting, pointer, choice and keys."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ui.evaluation.confusion_matrix import READABLE_CELL_PX, ConfusionMatrix
from digitvision.ui.evaluation.evaluation_charts import ReliabilityDiagram, ShareTable
from digitvision.ui.evaluation.evaluation_results import ReliabilityBin, Share, read_results
from digitvision.ui.evaluation.evaluation_view import EvaluationView
from digitvision.ui.evaluation.mistakes_view import MistakesView
from tests.ui.evaluation.evaluations import classic_sha256, details, write_details

_DIGITS = tuple("0123456789")


def _counts(count: int) -> NDArray[np.int64]:
    counts = np.diag(np.full(count, 50))
    counts[4, 9], counts[7, 1] = 20, 3
    return counts


def _matrix(qtbot: QtBot, count: int = 10, size: tuple[int, int] = (420, 420)) -> ConfusionMatrix:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(*size)
    matrix.set_matrix([_DIGITS[n] if n < 10 else f"c{n}" for n in range(count)], _counts(count))
    matrix.show()
    return matrix


def _colour(matrix: ConfusionMatrix, row: int, column: int) -> QColor:
    """The colour near the corner of a cell, beside its number."""
    image: QImage = matrix.viewport().grab().toImage()
    point = matrix.centre_of(row, column) - QPoint(round(matrix.cell_px / 2) - 3, round(matrix.cell_px / 2) - 3)
    return image.pixelColor(point)


def test_ten_classes_fill_the_room_and_a_hundred_are_scrolled(qtbot: QtBot) -> None:
    few, many = _matrix(qtbot), _matrix(qtbot, 101)

    assert 36 < few.cell_px < 42
    assert few.horizontalScrollBar().maximum() == 0
    assert many.cell_px == READABLE_CELL_PX
    assert many.horizontalScrollBar().maximum() > 101 * READABLE_CELL_PX - 420

    many.set_whole(True)
    assert many.cell_px < 4
    assert many.horizontalScrollBar().maximum() == 0
    many.set_whole(False)
    assert many.cell_px == READABLE_CELL_PX


def _is_in_view(matrix: ConfusionMatrix, row: int, column: int) -> bool:
    return matrix.viewport().rect().contains(matrix.centre_of(row, column))


def test_the_chosen_cell_stays_in_view_whatever_the_matrix_s_size(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot, 101)
    matrix.choose(90, 70)
    assert _is_in_view(matrix, 90, 70)

    matrix.set_whole(True)
    matrix.set_whole(False)
    assert _is_in_view(matrix, 90, 70)
    matrix.resize(230, 250)
    assert _is_in_view(matrix, 90, 70)

    # Whoever has scrolled away stays there.
    for bar in (matrix.horizontalScrollBar(), matrix.verticalScrollBar()):
        bar.setValue(0)
    matrix.resize(240, 250)
    assert not _is_in_view(matrix, 90, 70)


def test_mistakes_stand_out_and_the_more_the_stronger(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot)
    ground = _colour(matrix, 0, 5)

    def distance(row: int, column: int) -> int:
        colour = _colour(matrix, row, column)
        return sum(abs(a - b) for a, b in zip(colour.toTuple()[:3], ground.toTuple()[:3], strict=True))  # type: ignore[index]

    assert ground == matrix.palette().color(QPalette.ColorRole.Base)
    assert distance(4, 9) > distance(7, 1) > 20
    # Right answers are grey.
    assert _colour(matrix, 2, 2).hslSaturation() < 32


@pytest.mark.parametrize("count", [10, 101])
def test_clicking_a_cell_chooses_it(qtbot: QtBot, count: int) -> None:
    matrix = _matrix(qtbot, count)
    chosen: list[tuple[int, int]] = []
    matrix.cell_chosen.connect(lambda row, column: chosen.append((row, column)))

    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=matrix.centre_of(4, 9))
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))

    assert chosen == [(4, 9)]
    assert matrix.current_cell == (4, 9)
    assert matrix.accessibleDescription() == "4 read as 9: 20 of 70 times"


def test_a_scrolled_matrix_knows_what_is_under_the_pointer(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot, 101)
    matrix.choose(80, 60)
    assert matrix.viewport().rect().contains(matrix.centre_of(80, 60))

    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=matrix.centre_of(79, 58))

    assert matrix.current_cell == (79, 58)


def test_pointing_shows_truth_answer_and_count(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot)
    pointed: list[str] = []
    matrix.cell_pointed.connect(pointed.append)

    for cell in ((7, 1), (3, 3)):
        point = QPointF(matrix.centre_of(*cell))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            point,
            matrix.viewport().mapToGlobal(point),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(matrix.viewport(), event)
    QApplication.sendEvent(matrix.viewport(), QEvent(QEvent.Type.Leave))

    assert pointed == ["7 read as 1: 3 of 53 times", "3 read right: 50 of 50 times", ""]


def test_keys_go_from_cell_to_cell_and_stop_at_the_edge(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot)
    chosen: list[tuple[int, int]] = []
    matrix.cell_chosen.connect(lambda row, column: chosen.append((row, column)))

    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(matrix, key)

    assert chosen == [(0, 0), (0, 1), (1, 1), (1, 0), (1, 0), (1, 0)]


def test_keys_make_the_cells_larger_and_smaller(qtbot: QtBot) -> None:
    matrix = _matrix(qtbot, 101)

    qtbot.keyClick(matrix, Qt.Key.Key_Plus)
    assert matrix.cell_px > READABLE_CELL_PX
    for _ in range(20):
        qtbot.keyClick(matrix, Qt.Key.Key_Minus)
    assert matrix.horizontalScrollBar().maximum() == 0


def test_an_empty_matrix_is_painted_without_an_error(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.show()

    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    matrix.viewport().grab()

    assert matrix.accessibleDescription() == ""


def test_the_reliability_diagram_s_bars_end_at_the_accuracy(qtbot: QtBot) -> None:
    diagram = ReliabilityDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(360, 420)

    def inked(accuracy: float) -> int:
        diagram.set_bins([ReliabilityBin(0.4, 0.6, 100, 0.5, accuracy)])
        image = diagram.grab().toImage()
        column = [image.pixelColor(190, y) for y in range(image.height())]
        return sum(colour.hslSaturation() > 60 for colour in column)

    low, half, full = inked(0.1), inked(0.5), inked(1.0)

    assert 0 < low < half < full
    assert half / full == pytest.approx(0.5, abs=0.05)
    assert "confidence 50 %: 100 % of 100 right" in diagram.accessibleDescription()


def test_a_table_s_bars_are_as_long_as_the_shares(qtbot: QtBot) -> None:
    table = ShareTable("Shares", ["Name", "Samples", "Right"])
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.set_shares([Share("a", 1000, 0.25), Share("b", 10, 1.0)])
    table.show()
    image = table.viewport().grab().toImage()

    def inked(row: int) -> int:
        item = table.topLevelItem(row)
        assert item is not None
        y = table.visualItemRect(item).center().y()
        return sum(image.pixelColor(x, y).hslSaturation() > 80 for x in range(image.width()))

    assert inked(0) / inked(1) == pytest.approx(0.25, abs=0.03)


def test_results_list_their_mistakes(tmp_path: Path) -> None:
    found = read_results(write_details(tmp_path / "made.json"), classic_sha256())

    assert found is not None
    assert found.mistakes == ((4, 9, 3), (7, 1, 1))
    raster = found.misread[7, 1][0].raster()
    assert (raster.shape, int(raster.max()), int((raster > 0).sum())) == ((28, 28), 255, 80)


def test_a_damaged_drawing_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    path.write_text(json.dumps(details()).replace("AAAA", "A*", 1), "utf-8")

    found = read_results(path, classic_sha256())

    assert found is not None
    assert not found.misread[4, 9][0].raster().any()


def test_drawings_are_enlarged_in_ink_on_paper(qtbot: QtBot, tmp_path: Path) -> None:
    found = read_results(write_details(tmp_path / "made.json"), classic_sha256())
    assert found is not None
    view = MistakesView()
    qtbot.addWidget(view)
    view.set_results(found)
    view.show_cell(7, 1)

    image = view.drawing_image(0)

    assert image.width() == 84
    ink, paper = (view.palette().color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.AlternateBase))
    assert image.pixelColor(42, 42).rgb() == ink.rgb()
    assert image.pixelColor(4, 4).rgb() == paper.rgb()


def test_the_view_says_when_there_is_no_mistake(qtbot: QtBot, tmp_path: Path) -> None:
    perfect = np.diag(np.full(10, 100)).tolist()
    found = read_results(write_details(tmp_path / "made.json", confusion=perfect), classic_sha256())
    assert found is not None
    view = EvaluationView()
    qtbot.addWidget(view)

    view.show_results(found)

    assert "Every answer was right." in view.caption
