"""Model cards as pages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from digitvision.cli import main
from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.models.model_page import PAGE_FILE, page_of
from digitvision.recognition.models.model_store import ModelStore

MODELS = Path(__file__).parents[3] / "resources" / "models"
NAMES = sorted(folder.name for folder in MODELS.iterdir() if folder.is_dir())


def _card(name: str) -> ModelCard:
    return ModelStore().find(name).card


@pytest.mark.parametrize("name", NAMES)
def test_the_page_beside_a_shipped_model_is_what_the_command_writes(name: str) -> None:
    """If it fails, write the pages anew with: digitvision models page --all --output resources/models."""
    assert (MODELS / name / PAGE_FILE).read_text(encoding="utf-8") == page_of(_card(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_data_as_people_do_and_leaves_out_what_is_empty_or_raw(name: str) -> None:
    page = page_of(_card(name))

    assert not re.search(r"\.npz|\.jsonl|\.xz|history|seconds|surroundings", page)
    assert not re.search(r"\d{2}:\d{2}", page)
    assert re.search(r"Made on \d{4}-\d{2}-\d{2} with", page)
    cells = [cell.strip() for line in page.splitlines() if line.startswith("| ") for cell in line[2:-2].split(" | ")]
    assert cells
    assert not {"", "None", "False", "[]", "{}"} & set(cells)


def test_five_figures_come_before_the_tables() -> None:
    page = page_of(_card("classic"))

    first = page.partition("## The first figures")[2].partition("## The network")[0]
    assert len([line for line in first.splitlines() if line.startswith("| ")]) == 2 + 5
    assert "| answers right | 99.17 % | MNIST test |" in first


def test_limits_of_licences_are_named() -> None:
    assert "CROHME" in page_of(_card("glyphs")).partition("For whom:")[2].partition("##")[0]
    assert "For whom: everybody" in page_of(_card("classic"))


def test_a_card_without_figures_and_data_gives_a_page_without_their_headings() -> None:
    bare = replace(_card("classic"), figures=(), data=(), settings={}, created="", versions={}, description="")

    page = page_of(bare)

    assert "## The data" not in page
    assert "## How it was trained" not in page
    assert "##\n" not in page


def test_the_command_prints_a_page_or_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "page", "classic"]) == 0
    assert capsys.readouterr().out.startswith("# classic\n")
    assert main(["models", "page", "--all", "--output", str(tmp_path)]) == 0
    assert sorted(folder.name for folder in tmp_path.iterdir()) == NAMES
    assert (tmp_path / "classic" / PAGE_FILE).read_text(encoding="utf-8") == page_of(_card("classic"))
    assert main(["models", "page"]) == 2
    assert main(["models", "page", "classic", "--all"]) == 2
