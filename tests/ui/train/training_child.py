"""Scripts that stand in for the training's child process: what it says, and how it ends."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.scripts import TRAINING, run_instead

_HEAD = """
import json, os, sys, threading, time
def say(**event):
    sys.stdout.write(json.dumps(event) + "\\n")
    sys.stdout.flush()
def started():
    say(event="started", samples=54000, classes=10, parameters=225034, held_out=6000, split=["3 of 30 writers"])
def batch(number, eta_is_known=True):
    say(event="batch", epoch=1, of=2, batch=number, batches=10, loss=0.5, accuracy=0.25, eta_s=200.0,
        eta_is_known=eta_is_known, samples_per_s=1234.6)
def epoch():
    say(event="epoch", epoch=1, loss=0.4, accuracy=0.9, validation_loss=0.3, validation_accuracy=0.95, seconds=61.0)
def end(kind, **more):
    say(event=kind, **{"model": None, "test_accuracy": None, "message": "", **more})
"""

COMPLETES = "started(); batch(5); epoch(); end('completed', model='mine', test_accuracy=0.9911, message='Saved.')"

WAITS_TO_BE_STOPPED = (
    "started()\nassert sys.stdin.readline() == 'stop\\n'\n"
    "end('cancelled', model='mine', test_accuracy=0.97, message='“mine” is the best so far.')"
)

FAILS = "started(); end('failed', message='There is not enough room on the disk.'); sys.exit(1)"

KEEPS_WHAT_IT_HAD = (
    "started(); epoch(); end('failed', model='mine', test_accuracy=0.97, message='Lost; epoch 1 was kept.'); "
    "sys.exit(1)"
)

DIES = "started(); batch(1); sys.stderr.write('Killed\\n'); sys.stderr.flush(); os._exit(9)"

NEVER_SPEAKS = "sys.exit(0)"

TALKS_NONSENSE = r"""
print("2026 WARNING: a library says something")
print('["no", "event"]'); print("null"); print('{"event": 5}'); print('{"event": "news", "text": "x"}')
print("{" * 5000); print('{"event": "ba')
sys.stdout.flush(); sys.stdout.buffer.write(b"\xff\xfe\x00\n"); sys.stdout.buffer.flush()
started(); sys.stdout.write("\n\n"); end("completed", model="mine", test_accuracy=0.5)
"""

FLOODS_STDERR = "for _ in range(3000): sys.stderr.write('y' * 999 + '\\n')\n" + COMPLETES

HEARS_NOTHING = "started()\nwhile True: time.sleep(0.05)"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the ``train`` command; return the file with its arguments."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, _HEAD + script, command=TRAINING)

    return use
