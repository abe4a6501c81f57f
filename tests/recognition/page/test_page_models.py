"""Which models read a page where one of them is named."""

import shutil
from pathlib import Path

import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.page.page_recognizer import page_models
from digitvision.resources import resource_path


def test_without_a_name_the_programs_own_models_read() -> None:
    own = page_models(ModelStore())

    assert (own.equations.name, own.words) == ("equations", None)


def test_a_model_of_equations_reads_the_equations(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(resource_path("models", "equations"), mine)

    own = page_models(ModelStore(), str(mine))

    assert own.equations.folder == mine
    assert own.words is None


def test_a_model_of_all_glyphs_reads_the_words() -> None:
    own = page_models(ModelStore(), "glyphs")

    assert (own.equations.name, own.words) == ("equations", "glyphs")


@pytest.mark.parametrize("name", ["digits", "no such model"])
def test_any_other_model_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(ModelFault, match=name):
        page_models(ModelStore(), name)
