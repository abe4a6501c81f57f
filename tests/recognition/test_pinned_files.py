"""Corrections in a drawing's file are respected by the command line too."""

import json
from pathlib import Path

import pytest

from digitvision.cli import main
from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.inkml_annotations import InkAnnotation
from digitvision.recognition.corrections import Corrections, annotations_of, corrections_of
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.models.model_store import ModelStore
from tests.recognition.line.rows import row
from tests.recognition.line.test_recognizer import shipped

SUM = "23+8=31"
"""A sum whose digits have one stroke each and whose signs have two."""


def _printed(
    path: Path, reading: str, corrections: Corrections, capsys: pytest.CaptureFixture[str]
) -> dict[str, object]:
    path.write_bytes(inkml_bytes(row(SUM), annotations_of(corrections)))
    assert main(["recognize", str(path), "--reading", reading, "--format", "jsonl"]) == 0
    printed: dict[str, object] = json.loads(capsys.readouterr().out)
    return printed


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["line", "equation"])
def test_a_pinned_class_and_pinned_groups_are_read(
    reading: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = _printed(tmp_path / "plain.inkml", reading, Corrections(), capsys)
    assert plain["text"] == SUM
    # The 8 is a 3, and the strokes of "=" are two glyphs.
    corrections = Corrections().with_label({4}, "3").with_apart({5, 6})

    pinned = _printed(tmp_path / "pinned.inkml", reading, corrections, capsys)

    glyphs = {tuple(glyph["strokes"]): glyph["text"] for glyph in pinned["glyphs"]}  # type: ignore[attr-defined]
    assert glyphs[(4,)] == "3"
    assert (5, 6) not in glyphs
    assert str(pinned["text"]).startswith("23+3")


def test_a_pinned_relation_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corrections = Corrections().with_relation({1}, {0}, "Sup").with_relation({2, 3}, {0}, "Right")

    assert _printed(tmp_path / "power.inkml", "equation", corrections, capsys)["latex"] == "2^{3} + 8 = 3 1"


def test_a_character_is_all_of_its_strokes_whatever_the_corrections(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrections = Corrections().with_label({0}, "1")
    plain = _printed(tmp_path / "one.inkml", "character", Corrections(), capsys)

    assert _printed(tmp_path / "one.inkml", "character", corrections, capsys)["text"] == plain["text"]


@pytest.mark.parametrize(
    "annotations",
    [
        # Two glyphs that are each other's parents, one that is its own, all strokes as one glyph, and unknown classes.
        [InkAnnotation(frozenset({0}), False, "", "Sup", 1), InkAnnotation(frozenset({1}), False, "", "Sub", 0)],
        [
            InkAnnotation(frozenset({0, 9}), False, "", "Inside", 0),
            InkAnnotation(frozenset({1}), False, r"\nosuchsign", "First"),
        ],
        [InkAnnotation(frozenset(range(10)), False, r"\sqrt", "Inside", 0)],
        [InkAnnotation(frozenset(range(10)), True), InkAnnotation(frozenset({3}), False, "x", "Above", 2)],
    ],
)
def test_contradictory_annotations_are_still_read(annotations: list[InkAnnotation]) -> None:
    corrections = corrections_of(annotations)
    equations = EquationRecognizer(default_expression_model(ModelStore()))

    for recognizer in (equations, shipped()):
        reading = recognizer.read(row(SUM), top=3, corrections=corrections)

        assert reading.text
        # Every stroke is read, and none of them twice.
        assert sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes) == list(range(9))
