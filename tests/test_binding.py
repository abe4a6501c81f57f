"""The Qt binding keeps its count of references to None; one release lost one at nearly every call and aborted."""

import gc
import sys

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

_CALLS = 1_000
# The interpreter's own doings between the two counts.
_NOISE = 50


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal there and has no count to lose")
def test_a_thousand_setter_calls_leave_the_count_of_none_alone(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    label.setText("0")
    gc.collect()

    before = sys.getrefcount(None)
    for width in range(_CALLS):
        label.setIndent(width)
    after = sys.getrefcount(None)

    assert abs(after - before) < _NOISE
