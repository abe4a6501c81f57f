"""How a drawing is read and looked at, in its file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.drawing_settings import DrawingSettings, View
from digitvision.ink.inkml import FORM_VERSION, inkml_bytes, parse_inkml, read_inkml
from digitvision.resources import resource_path
from tests.ink.drawings import sample_drawing

_TEXTS = st.text(max_size=20)
_NUMBERS = st.floats(-1e6, 1e6)
_SETTINGS = st.builds(
    DrawingSettings, _TEXTS, _TEXTS, _TEXTS, st.none() | st.builds(View, st.floats(0.01, 100), _NUMBERS, _NUMBERS)
)
_ALL = DrawingSettings("equation", "all", "squares", View(1.5, 20.0, -3.25))


def test_settings_are_in_the_file_and_the_form_is_the_same() -> None:
    data = inkml_bytes(sample_drawing(4), settings=_ALL)

    found = parse_inkml(data, where="a")
    assert found.settings == _ALL
    assert found.drawing == sample_drawing(4)
    assert FORM_VERSION == 1
    assert b'<annotation type="digitvision-reading">equation</annotation>' in data


def test_a_drawing_without_settings_has_the_file_that_it_always_had() -> None:
    assert b"digitvision-" not in inkml_bytes(sample_drawing(4))
    assert parse_inkml(inkml_bytes(sample_drawing(4)), where="a").settings == DrawingSettings()


@pytest.mark.slow
@given(_SETTINGS)
def test_a_file_is_read_whatever_the_settings_are(settings: DrawingSettings) -> None:
    found = parse_inkml(inkml_bytes(sample_drawing(1), settings=settings), where="a")

    assert found.drawing == sample_drawing(1)
    for name in ("reading", "alphabet", "paper"):
        text = getattr(settings, name)
        assert getattr(found.settings, name) in (text, "")
        if text.isalnum():
            assert getattr(found.settings, name) == text
    if settings.view is not None:
        assert found.settings.view is not None
        assert found.settings.view.zoom == pytest.approx(settings.view.zoom, rel=1e-5)
        assert found.settings.view.x == pytest.approx(settings.view.x, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    "view", ["", "1 2", "1 2 3 4", "a b c", "0 0 0", "-1 5 5", "nan 0 0", "1 inf 0", "1 1e99 0", "1e99 0 0"]
)
def test_a_view_that_makes_no_sense_is_left_out(view: str) -> None:
    text = inkml_bytes(sample_drawing(1), settings=_ALL).decode()
    changed = text.replace("1.5 20 -3.25", view)
    assert changed != text

    found = parse_inkml(changed.encode(), where="a")

    assert found.settings == DrawingSettings("equation", "all", "squares", None)


def test_the_settings_of_other_programs_files_are_not_taken() -> None:
    text = inkml_bytes(sample_drawing(1), settings=_ALL).decode()
    foreign = text.replace('<annotation type="digitvision">1</annotation>', "")
    assert foreign != text

    assert parse_inkml(foreign.encode(), where="a").settings == DrawingSettings()


def test_the_shipped_samples_say_how_they_are_read() -> None:
    folder = resource_path("samples")
    kinds = {"lines": "line", "equations": "equation"}
    paths = sorted(folder.rglob("*.inkml"))
    assert len(paths) >= 16
    for path in paths:
        document = read_inkml(path)
        assert document.settings == DrawingSettings(kinds.get(path.parent.name, "character")), path.name
        assert inkml_bytes(document.drawing, document.annotations, document.settings) == path.read_bytes()
