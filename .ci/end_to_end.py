"""Drives the real window from outside, as a person does, and asks it what it shows as a screen reader does.

Runs under a virtual display and a D-Bus session, with the system's Python (its ``gi`` speaks AT-SPI). Each digit is
drawn with real mouse events on the canvas; then the answer on screen and the text that Ctrl+C leaves in the clipboard
must be that digit; then Ctrl+Z takes the strokes back and the answer must be gone. Once light, once dark.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

Point = tuple[float, float]
Strokes = list[list[Point]]

START_LIMIT_S = 60.0
ANSWER_LIMIT_S = 10.0
CLOSE_LIMIT_S = 20.0
POLL_S = 0.05
# As far apart as the reports of a mouse: in seconds, and in points per stroke.
REPORT_S = 0.004
REPORTS = 60


def arc(x: float, y: float, width: float, height: float, start: float, end: float) -> list[Point]:
    """Points of an ellipse around (x, y) from one angle to another: degrees from the right, clockwise on screen."""
    angles = [math.radians(start + (end - start) * step / 24) for step in range(25)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


# In a square from 0 to 1, y down, as a person writes them.
DIGITS: dict[str, Strokes] = {
    "0": [arc(0.5, 0.5, 0.26, 0.38, -90, -455)],
    "1": [[(0.52, 0.12), (0.48, 0.88)]],
    "2": [[*arc(0.48, 0.33, 0.24, 0.21, -165, 35), (0.25, 0.86), (0.78, 0.84)]],
    "3": [[*arc(0.46, 0.31, 0.23, 0.19, -150, 85), *arc(0.46, 0.68, 0.27, 0.19, -85, 150)]],
    "4": [[(0.36, 0.14), (0.24, 0.54), (0.78, 0.52)], [(0.66, 0.16), (0.6, 0.9)]],
    "5": [[(0.34, 0.16), (0.31, 0.46), *arc(0.48, 0.64, 0.24, 0.23, -120, 150)], [(0.34, 0.16), (0.74, 0.14)]],
    "6": [[(0.62, 0.12), (0.4, 0.36), *arc(0.5, 0.66, 0.2, 0.2, 180, -200)]],
    "7": [[(0.22, 0.18), (0.76, 0.17), (0.6, 0.45), (0.44, 0.88)]],
    "8": [
        [
            *arc(0.5, 0.31, 0.19, 0.18, -60, -270),
            *arc(0.5, 0.68, 0.22, 0.19, -90, 270),
            *arc(0.5, 0.31, 0.19, 0.18, 90, -60),
        ]
    ],
    "9": [[*arc(0.48, 0.34, 0.2, 0.21, -10, -370), (0.66, 0.6), (0.6, 0.88)]],
}
SCHEMES = {"light": "1730245689", "dark": "7253"}


class EndToEndError(Exception):
    """What the person in front of the screen would complain about."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, type=Path, help="the installed digitvision")
    parser.add_argument("--home", required=True, type=Path, help="an empty folder for the user's data")
    parser.add_argument("--artefacts", required=True, type=Path, help="where the screenshots go")
    options = parser.parse_args()
    options.artefacts.mkdir(parents=True, exist_ok=True)
    manager = subprocess.Popen(["openbox", "--sm-disable"], stderr=subprocess.DEVNULL)
    try:
        for scheme, digits in SCHEMES.items():
            home = options.home / scheme
            home.mkdir(parents=True)
            settings = {"format": "digitvision-settings", "version": 1, "appearance": scheme}
            (home / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
            run_window(options.program, home, scheme, digits, options.artefacts)
    except EndToEndError as error:
        print(f"end to end: {error}", file=sys.stderr)
        return 1
    finally:
        manager.terminate()
        manager.wait()
    return 0


def run_window(program: Path, home: Path, scheme: str, digits: str, artefacts: Path) -> None:
    """Start the window, draw and check every digit, and close it again."""
    environment = {
        **os.environ,
        "DIGITVISION_HOME": str(home),
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        # Qt's bridge notes a method that it lacks and nobody here needs; all else that is said fails the run.
        "QT_LOGGING_RULES": "qt.accessibility.atspi=false",
    }
    environment.pop("QT_QPA_PLATFORM", None)
    with open(artefacts / f"window-{scheme}.log", "w+", encoding="utf-8") as log:
        window = subprocess.Popen([program], env=environment, stderr=log, stdout=log)
        try:
            canvas = wait_for(lambda: find(window.pid, "Canvas"), "The canvas did not appear", START_LIMIT_S)
            wait_for(lambda: not shown(window.pid), "The blank canvas has an answer", ANSWER_LIMIT_S)
            check_scheme(canvas, scheme)
            for digit in digits:
                check_digit(digit, canvas, window.pid, artefacts / f"{scheme}-{digit}.png")
            key("ctrl+q")
            code = wait_for(lambda: done(window), "The window did not close at Ctrl+Q", CLOSE_LIMIT_S)
        except EndToEndError:
            screenshot(artefacts / "failed.png")
            raise
        finally:
            if window.poll() is None:
                window.kill()
                window.wait()
        log.seek(0)
        said = log.read().splitlines()
        if code != "0" or said:
            raise EndToEndError(f"The window ended with exit code {code} and said: {said}")


def check_digit(digit: str, canvas: Atspi.Accessible, process: int, picture: Path) -> None:
    strokes = DIGITS[digit]
    subprocess.run(["xclip", "-selection", "clipboard", "-i", "/dev/null"], check=True)
    for stroke in strokes:
        draw(stroke, canvas)
    wait_for(
        lambda: shown(process).split(" ")[0] == digit,
        f"A “{digit}” was drawn and is not the answer",
        ANSWER_LIMIT_S,
        lambda: shown(process),
    )
    spoken = shown(process)
    key("ctrl+c")
    wait_for(lambda: clipboard() == digit, f"The clipboard does not hold “{digit}”", ANSWER_LIMIT_S, clipboard)
    screenshot(picture)
    for _ in strokes:
        key("ctrl+z")
    wait_for(lambda: not shown(process), "After undo the answer is still there", ANSWER_LIMIT_S)
    print(f"drew {digit}: the screen says “{spoken}”, the clipboard holds “{digit}”")


def draw(stroke: list[Point], canvas: Atspi.Accessible) -> None:
    """One stroke by real mouse events, in a square in the middle of the canvas."""
    box = canvas.get_extents(Atspi.CoordType.SCREEN)
    side = min(box.width, box.height) * 0.8
    left, top = box.x + (box.width - side) / 2, box.y + (box.height - side) / 2
    pixels = [(round(left + x * side), round(top + y * side)) for x, y in evenly(stroke, REPORTS)]
    command = ["xdotool", "mousemove", str(pixels[0][0]), str(pixels[0][1]), "mousedown", "1"]
    for x, y in pixels[1:]:
        command += ["sleep", str(REPORT_S), "mousemove", str(x), str(y)]
    subprocess.run([*command, "mouseup", "1"], check=True)


def evenly(stroke: list[Point], count: int) -> list[Point]:
    """Points at equal distances along a stroke."""
    lengths = [math.dist(first, second) for first, second in pairwise(stroke)]
    points, step = [stroke[0]], sum(lengths) / (count - 1)
    position = 0.0
    for (first, second), length in zip(pairwise(stroke), lengths, strict=True):
        while length and len(points) * step <= position + length:
            share = (len(points) * step - position) / length
            points.append((first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share))
        position += length
    return [*points, stroke[-1]]


def check_scheme(canvas: Atspi.Accessible, scheme: str) -> None:
    """The paper is light in the light scheme and dark in the dark one."""
    box = canvas.get_extents(Atspi.CoordType.SCREEN)
    crop = f"8x8+{box.x + box.width // 10}+{box.y + box.height // 10}"
    command = ["import", "-window", "root", "-crop", crop, "+repage", "-depth", "8", "gray:-"]
    pixels = subprocess.run(command, check=True, capture_output=True).stdout
    brightness = sum(pixels) / len(pixels)
    if (brightness > 128) != (scheme == "light"):
        raise EndToEndError(f"In the {scheme} scheme the canvas has a brightness of {brightness:.0f}")


def find(process: int, name: str) -> Atspi.Accessible | None:
    """The object that the program announces under this name."""
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(index)
        if program is not None and program.get_process_id() == process:
            # What changes on screen is asked for anew each time; Qt does not always announce it.
            program.set_cache_mask(Atspi.Cache.NONE)
            return find_below(program, name)
    return None


def find_below(parent: Atspi.Accessible, name: str) -> Atspi.Accessible | None:
    for index in range(parent.get_child_count()):
        child = parent.get_child_at_index(index)
        if child is None:
            continue
        if child.get_name() == name and child.get_state_set().contains(Atspi.StateType.SHOWING):
            return child
        if (found := find_below(child, name)) is not None:
            return found
    return None


def shown(process: int) -> str:
    """What the window says of its answer: the answer, its confidence and a word for that; empty for none."""
    answer = find(process, "Answer")
    return answer.get_description() if answer is not None else ""


def clipboard() -> str:
    run = subprocess.run(
        ["xclip", "-selection", "clipboard", "-o"], capture_output=True, text=True, timeout=ANSWER_LIMIT_S
    )
    return run.stdout


def key(combination: str) -> None:
    subprocess.run(["xdotool", "key", combination], check=True)


def done(window: subprocess.Popen[bytes]) -> str | None:
    code = window.poll()
    return None if code is None else str(code)


def screenshot(path: Path) -> None:
    subprocess.run(["import", "-window", "root", str(path)], check=False)


def wait_for(question: Callable, complaint: str, limit_s: float, instead: Callable[[], str] | None = None):  # noqa: ANN201
    """The first answer to the question that counts as true."""
    deadline = time.monotonic() + limit_s
    while True:
        if found := question():
            return found
        if time.monotonic() > deadline:
            raise EndToEndError(complaint + (f": it says “{instead()}”." if instead else "."))
        time.sleep(POLL_S)


if __name__ == "__main__":
    sys.exit(main())
