"""The settings: remembered, shared between windows, and never in the way when their file is bad."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.settings import (
    PEN_WIDTHS,
    RECENT_FILES,
    ROW_PEN_WIDTHS,
    SETTINGS_FORMAT,
    SETTINGS_LIMIT,
    Settings,
    SettingsStore,
)
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, choose, named
from tests.ui.windows import WindowMaker

paths = st.text(st.characters(blacklist_characters="\0"), min_size=1, max_size=30)
values = st.fixed_dictionaries(
    {},
    optional={
        "appearance": st.sampled_from(["system", "light", "dark"]),
        "model": st.text(max_size=20),
        "alphabet": st.text(max_size=20),
        "line_alphabet": st.sampled_from(ALPHABETS),
        "pen_width": st.floats(*PEN_WIDTHS),
        "row_pen_width": st.floats(*ROW_PEN_WIDTHS),
        "recent_files": st.lists(paths, max_size=RECENT_FILES).map(tuple),
        "geometry": st.binary(max_size=80),
        "state": st.binary(max_size=80),
        "last_folder": paths,
    },
)


# --- the store ------------------------------------------------------------------------------------------------------


def test_without_a_file_there_are_the_defaults_and_none_is_written(home: Path) -> None:
    store = SettingsStore()
    store.write()

    assert store.values == Settings()
    assert store.problem == ""
    assert list(home.iterdir()) == []


@pytest.mark.slow
def test_whatever_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("settings")

    @given(changes=values)
    def check(changes: dict[str, Any]) -> None:
        path = folder / "settings.json"
        path.unlink(missing_ok=True)
        store = SettingsStore(path)
        store.change(**changes)
        store.write()

        assert SettingsStore(path).values == Settings(**changes)

    check()


def test_only_what_differs_from_the_defaults_is_written(home: Path) -> None:
    store = SettingsStore()
    store.change(pen_width=30.0)
    store.write()

    assert set(json.loads((home / "settings.json").read_text("utf-8"))) == {"format", "version", "pen_width"}


def test_two_windows_that_change_different_settings_keep_both(home: Path) -> None:
    one, two = SettingsStore(), SettingsStore()
    one.change(pen_width=30.0)
    two.change(appearance="dark")
    one.write()
    two.write()

    assert SettingsStore().values == Settings(pen_width=30.0, appearance="dark")


def test_a_setting_put_back_to_its_default_is_put_back_in_the_file(home: Path) -> None:
    store = SettingsStore()
    store.change(pen_width=30.0)
    store.write()
    store.change(pen_width=Settings().pen_width)
    store.write()

    assert SettingsStore().values == Settings()


def _grow(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


_DAMAGED: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_text('{"format": "digitvision-settings", "vers'),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "foreign": lambda path: path.write_text('{"editor.fontSize": 12}'),
    "list": lambda path: path.write_text("[1, 2, 3]"),
    "nested": lambda path: path.write_text("[" * 100_000),
    "huge": lambda path: _grow(path, 100 * 2**20),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", _DAMAGED)
def test_a_bad_file_gives_the_defaults_and_is_kept_aside(home: Path, kind: str) -> None:
    path = home / "settings.json"
    _DAMAGED[kind](path)
    size, head = path.stat().st_size, path.read_bytes()[:100]

    store = SettingsStore()

    assert store.values == Settings()
    assert store.problem.endswith(".")
    assert "\n" not in store.problem
    aside = home / "settings.damaged.json"
    assert aside.stat().st_size == size
    assert aside.read_bytes()[:100] == head
    store.change(pen_width=30.0)
    store.write()
    assert SettingsStore().values.pen_width == 30
    assert aside.stat().st_size == size


def test_a_folder_in_the_files_place_does_no_harm(home: Path) -> None:
    (home / "settings.json").mkdir()
    (home / "settings.json" / "inside").write_text("something")

    store = SettingsStore()
    store.change(pen_width=30.0)
    store.write()

    assert "is not a file" in store.problem
    assert [path.read_text() for path in home.rglob("inside")] == ["something"]


def test_a_folder_that_cannot_be_written_is_reported_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = SettingsStore(tmp_path / "file" / "settings.json")
    store.change(pen_width=30.0)

    store.write()

    assert "The settings were not saved" in store.problem
    assert store.values.pen_width == 30


def test_a_newer_file_is_used_as_far_as_possible_and_left_alone(home: Path) -> None:
    newer = {"format": SETTINGS_FORMAT, "version": 99, "pen_width": 30, "appearance": "sepia", "gestures": ["swipe"]}
    path = home / "settings.json"
    path.write_text(json.dumps(newer))

    store = SettingsStore()
    assert "newer" in store.problem
    assert store.values == Settings(pen_width=30.0)
    store.change(pen_width=12.0)
    store.write()

    assert json.loads(path.read_text()) == newer


def test_a_file_that_a_newer_program_writes_meanwhile_is_left_alone(home: Path) -> None:
    newer = {"format": SETTINGS_FORMAT, "version": 99, "pen_width": 30, "gestures": ["swipe"]}
    store = SettingsStore()
    (home / "settings.json").write_text(json.dumps(newer))

    store.change(appearance="dark")
    store.write()

    assert json.loads((home / "settings.json").read_text()) == newer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pen_width", 0),
        ("pen_width", 1e9),
        ("pen_width", "wide"),
        ("pen_width", None),
        ("row_pen_width", 32),
        ("row_pen_width", "fine"),
        ("appearance", "plaid"),
        ("appearance", ["dark"]),
        ("model", 7),
        ("alphabet", ["digits"]),
        ("recent_files", "abc.inkml"),
        ("recent_files", 5),
        ("recent_files", [1, 2]),
        ("geometry", "not base64!"),
        ("state", 12),
        ("last_folder", {}),
    ],
)
def test_one_invalid_value_is_ignored_and_the_others_are_used(home: Path, name: str, value: Any) -> None:
    other = "model" if name != "model" else "last_folder"
    document = {"format": SETTINGS_FORMAT, "version": 1, name: value, other: "mine"}
    (home / "settings.json").write_text(json.dumps(document))

    store = SettingsStore()

    assert store.problem == ""
    assert getattr(store.values, other) == "mine"
    assert getattr(store.values, name) == getattr(Settings(), name)


def test_the_file_stays_below_the_size_that_is_read_again(home: Path) -> None:
    store = SettingsStore()
    for number in range(40):
        store.remember_file(Path("/", "folder" * 600, f"{number}.inkml"))
    store.write()

    assert (home / "settings.json").stat().st_size < SETTINGS_LIMIT
    assert len(SettingsStore().values.recent_files) == RECENT_FILES


# --- in the window --------------------------------------------------------------------------------------------------


def test_the_next_window_is_as_the_last_one_was(make_window: WindowMaker) -> None:
    first = make_window()
    first.resize(712, 655)
    choose(first, "Dark")
    choose(first, "Thicker pen")
    choose(first, "Thicker pen")
    width = _pen_width(first)
    first.close()

    second = make_window()

    assert (second.width(), second.height()) == (712, 655)
    assert action(second, "Dark").isChecked()
    assert _pen_width(second) == width > Settings().pen_width
    choose(second, "As the system")


def _pen_width(window: MainWindow) -> int:
    return named(window, QSlider, "Pen width").value()


@pytest.mark.slow
def test_changes_are_kept_soon_not_only_when_the_window_closes(window: MainWindow, home: Path, qtbot: QtBot) -> None:
    choose(window, "Thicker pen")

    qtbot.waitUntil(lambda: (home / "settings.json").exists(), timeout=5000)
    assert SettingsStore().values.pen_width > Settings().pen_width


@pytest.mark.parametrize("kind", ["truncated", "foreign", "huge"])
def test_a_window_with_bad_settings_opens_and_says_so(make_window: WindowMaker, home: Path, kind: str) -> None:
    _DAMAGED[kind](home / "settings.json")

    window = make_window()

    assert "settings" in window.notice.text
    assert window.model is not None
    window.close()
    assert (home / "settings.damaged.json").exists()


def test_a_window_with_newer_settings_leaves_them_alone(make_window: WindowMaker, home: Path) -> None:
    newer = json.dumps({"format": SETTINGS_FORMAT, "version": 99, "pen_width": 30})
    (home / "settings.json").write_text(newer)

    window = make_window()
    assert "newer" in window.notice.text
    choose(window, "Thinner pen")
    window.close()

    assert (home / "settings.json").read_text() == newer


def test_an_invalid_geometry_does_no_harm(make_window: WindowMaker, home: Path) -> None:
    store = SettingsStore()
    store.change(geometry=b"\x01\xd9\xd0\xcb" + bytes(40), state=b"nonsense")
    store.write()

    window = make_window()

    assert window.width() >= window.minimumWidth()
    assert window.isVisible()


def test_two_windows_at_once_keep_both_their_changes(make_window: WindowMaker) -> None:
    one, two = make_window(), make_window()
    choose(one, "Thicker pen")
    two.files.open(Path(__file__).parent / "nothing.inkml")
    choose(two, "Light")
    one.close()
    two.close()

    values = SettingsStore().values
    assert values.pen_width > Settings().pen_width
    assert values.appearance == "light"
