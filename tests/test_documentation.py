"""The pages for contributors: every room has one, and what they name exists."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "digitvision"
RESOURCES = PROJECT / "resources"
ROOMS = sorted(folder.parent for folder in PACKAGE.glob("*/**/__init__.py"))
DECISIONS = sorted((RESOURCES / "decisions").glob("0*.md"))
PAGES = [
    PROJECT / "CONTRIBUTING.md",
    *sorted((RESOURCES / "decisions").glob("*.md")),
    *sorted((RESOURCES / "recipes").glob("*.md")),
]
_LONGEST_ROOM_PAGE = 45
_LONGEST_RECORD = 30


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _modules_named(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w.])(?:[\w.]+/)*\w+\.py\b", text))


@pytest.fixture(scope="module")
def defined() -> dict[str, set[str]]:
    """The names of all functions and of all classes of the package, by the word that defines them."""
    source = "\n".join(module.read_text(encoding="utf-8") for module in PACKAGE.rglob("*.py"))
    return {
        "def": set(re.findall(r"\bdef (\w+)\(", source)),
        "class": set(re.findall(r"\bclass (\w+)\b", source)),
    }


@pytest.mark.parametrize("room", ROOMS, ids=_name)
def test_a_room_has_a_page_whose_modules_and_functions_exist(room: Path, defined: dict[str, set[str]]) -> None:
    text = (room / "README.md").read_text(encoding="utf-8")

    assert text.startswith(f"# {room.name}")
    assert len(text.splitlines()) <= _LONGEST_ROOM_PAGE
    roots = (room, *room.parents[: room.parents.index(PROJECT) + 1])
    assert [name for name in _modules_named(text) if not any((root / name).is_file() for root in roots)] == []
    assert set(re.findall(r"`(\w+)\(\)", text)) - defined["def"] == set()
    assert set(re.findall(r"`([A-Z]\w+)`", text)) - defined["class"] == set()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_links_of_a_page_lead_somewhere_and_its_paths_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    paths = {name for name in _modules_named(text) if "/" in name}
    assert [name for name in paths if not any((root / name).is_file() for root in (PROJECT, PACKAGE))] == []


def test_the_page_for_contributors_is_short() -> None:
    assert len((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 160


@pytest.mark.parametrize("record", DECISIONS, ids=_name)
def test_a_record_says_what_was_decided_in_which_situation_and_what_was_refused(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert re.findall(r"^\*\*(.+?)\.\*\*", text, flags=re.MULTILINE) == [
        "Context",
        "Decision",
        "Refused",
        "What follows",
    ]
    assert len(text.splitlines()) <= _LONGEST_RECORD
    assert record.name in (RESOURCES / "decisions" / "README.md").read_text(encoding="utf-8")


def test_records_are_numbered_one_by_one() -> None:
    assert [int(record.name[:4]) for record in DECISIONS] == list(range(1, len(DECISIONS) + 1))
