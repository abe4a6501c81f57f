"""The pictures of README and guide are taken of the real window, and none that a page names is missing."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitvision.faults import Fault
from digitvision.ink.inkml import read_inkml
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path
from digitvision.ui.automation.guide_pictures import SCENES, SCHEMES, save_pictures
from tests.ui.windows import WindowMaker

PROJECT = Path(__file__).parents[3]
PAGES = sorted(resource_path("guide").glob("*.md"))
MOST_BYTES = 1_600_000
"""Upper limit for all pictures together, since they are in every copy of the program."""


@pytest.mark.slow
def test_the_window_writes_reads_and_is_painted_in_both_schemes(make_window: WindowMaker, tmp_path: Path) -> None:
    window = make_window(start=False)
    out = io.StringIO()

    code = save_pictures(window, tmp_path / "new", out, names=("draw", "equation"))

    paths = [tmp_path / "new" / f"{name}-{scheme}.png" for name in ("draw", "equation") for scheme in SCHEMES]
    assert code == 0
    assert out.getvalue().split() == [str(path) for path in paths]
    light, dark, *rows = (np.asarray(Image.open(path).convert("L"), np.float64) for path in paths)
    assert light.shape == dark.shape
    assert dark.mean() < 80 < 180 < light.mean()
    assert rows[0].shape != light.shape
    # Painted light, painted dark: the same ink stands on it.
    assert np.corrcoef(light.ravel(), dark.ravel())[0, 1] < -0.5


def test_a_folder_that_cannot_be_made_is_reported(make_window: WindowMaker, tmp_path: Path) -> None:
    window = make_window(start=False)
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(Fault, match="No pictures can be saved"):
        save_pictures(window, tmp_path / "file", io.StringIO())


@pytest.mark.parametrize(
    ("folder", "name", "text"),
    [
        ("equations", "quadratic", "x=(-b±√(b²-4ac))/(2a)"),
        ("equations", "integral", "∫₀¹ x² dx"),
        ("equations", "parabola", "y=x²-2x"),
        ("lines", "product", "48×25="),
    ],
)
def test_a_shipped_line_or_equation_is_read_for_sure(folder: str, name: str, text: str) -> None:
    store = ModelStore()
    drawing = read_inkml(resource_path("samples", folder, f"{name}.inkml")).drawing
    if folder == "equations":
        reading = EquationRecognizer(default_expression_model(store, None)).read(drawing, top=1)
    else:
        reading = LineRecognizer(store, None).read(drawing, top=1)

    assert (reading.text, reading.verdict) == (text, "sure")


def _pictures_named_in(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|srcset)=\"([^\"]+)\"", text)


@pytest.mark.parametrize("page", [PROJECT / "README.md", *PAGES], ids=lambda page: page.name)
def test_every_picture_that_a_page_names_is_there(page: Path) -> None:
    for name in _pictures_named_in(page):
        assert (page.parent / name).is_file(), f"{page.name} names {name}, which is not there"


def test_every_picture_is_one_that_the_command_takes_and_all_are_small() -> None:
    shipped = list(resource_path("guide", "pictures").iterdir())

    assert {path.name for path in shipped} == {f"{scene.name}-{scheme}.png" for scene in SCENES for scheme in SCHEMES}
    assert sum(path.stat().st_size for path in shipped) < MOST_BYTES


def test_readme_and_guide_show_pictures() -> None:
    assert PAGES
    assert len(_pictures_named_in(PROJECT / "README.md")) >= 5
    assert sum(len(_pictures_named_in(page)) for page in PAGES) >= 6
