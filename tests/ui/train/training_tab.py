"""The Train tab: found, filled in, pressed, and waited for."""

from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_form import TrainingForm
from tests.ui.controls import button
from tests.ui.windows import PATIENCE_MS

GONE_S = 3.0


def name_line(tab: TrainTab) -> QLineEdit:
    (form,) = tab.findChildren(TrainingForm)
    return form.name


def press(parent: TrainTab, text: str) -> None:
    found: QAbstractButton = button(parent, text)
    assert found.isEnabled()
    found.click()


def wait_until_idle(tab: TrainTab, qtbot: QtBot, limit_ms: int = PATIENCE_MS) -> None:
    qtbot.waitUntil(lambda: button(tab, "Train").isEnabled(), timeout=limit_ms)
