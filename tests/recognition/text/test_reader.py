"""Words and lines, read by the shipped network."""

import json
import lzma
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.models.model_text import list_text
from digitvision.recognition.text.reader import DEFAULT_TEXT_MODEL, MOST_STROKES, TextReader, load_text_reader

LARGEST_BYTES = 5_000_000
ENOUGH = 40


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return load_text_reader(ModelStore().find(DEFAULT_TEXT_MODEL))


def _stroke(*points: tuple[float, float]) -> Stroke:
    xy = np.array(points, np.float64)
    return Stroke(np.column_stack([xy, np.zeros(len(xy)), np.full(len(xy), NO_PRESSURE)]))


def _rows(shared: Path, count: int) -> list[tuple[list[Stroke], str]]:
    rows: list[dict[str, Any]] = []
    with lzma.open(shared / "data" / "iam_ondb" / "iam_ondb_valid2_t1.jsonl.xz", "rt", encoding="utf-8") as file:
        while len(rows) < count * 30:
            rows.append(json.loads(file.readline()))
    return [
        ([_stroke(*zip(path[0::2], path[1::2], strict=True)) for path in row["strokes"]], row["truth"])
        for row in rows[::30]
    ]


def test_it_is_small_and_says_what_it_learned_from() -> None:
    card = ModelStore().find(DEFAULT_TEXT_MODEL).card
    folder = ModelStore().find(DEFAULT_TEXT_MODEL).folder

    assert sum((folder / name).stat().st_size for name in card.sha256) <= LARGEST_BYTES
    assert all(source.licence and source.samples for source in card.data)
    assert any("non-commercial" in source.licence for source in card.data)
    assert any(figure.name == "characters wrong" for figure in card.figures)


def test_the_list_of_models_says_how_well_it_reads() -> None:
    line = next(line for line in list_text(ModelStore().models(reading=None)[0], {}).splitlines() if "lines" in line)

    assert re.search(r"9\d\.\d\d % of characters, held-out writers of IAM-OnDB", line)


@pytest.mark.slow
def test_lines_of_writers_that_were_not_learned_from_are_mostly_read(reader: TextReader, shared: Path) -> None:
    rows = _rows(shared, ENOUGH)
    words = right = 0
    for strokes, truth in rows:
        found = reader.read(strokes).text.split()
        words += len(truth.split())
        right += len(set(found) & set(truth.split()))

    assert right / words > 0.6


@pytest.mark.slow
def test_size_place_and_slope_do_not_matter(reader: TextReader, shared: Path) -> None:
    turn = np.array([[np.cos(0.05), np.sin(0.05)], [-np.sin(0.05), np.cos(0.05)]])
    same = 0
    rows = _rows(shared, 10)
    for strokes, _ in rows:
        moved = []
        for stroke in strokes:
            points = stroke.points.copy()
            points[:, :2] = (points[:, :2] @ turn) * 0.013 + (400, -70)
            moved.append(Stroke(points))
        same += reader.read(moved).text == reader.read(strokes).text

    assert same >= 7


def test_a_reading_has_several_texts_with_shares(reader: TextReader) -> None:
    reading = reader.read([_stroke((0, 0), (0, 100)), _stroke((60, 0), (60, 100))])

    assert reading.text == reading.texts[0]
    assert list(reading.shares) == sorted(reading.shares, reverse=True)
    assert sum(reading.shares) == pytest.approx(1)
    assert reader.read([]).text == ""


@pytest.mark.parametrize("points", [[(5.0, 5.0)], [(0.0, 0.0), (1e9, 1e9)], [(0.0, 0.0)] * 50])
def test_odd_ink_is_read_as_something_or_nothing(reader: TextReader, points: list[tuple[float, float]]) -> None:
    assert isinstance(reader.read([_stroke(*points)]).text, str)


def test_too_many_strokes_and_too_much_ink_are_refused_within_a_second(reader: TextReader) -> None:
    started = time.process_time()
    many = reader.read([_stroke((place, 0), (place, 9)) for place in range(MOST_STROKES + 1)])
    rng = np.random.default_rng(1)
    scribble = reader.read([_stroke(*rng.uniform(0, 100, (20_000, 2)).tolist())])

    assert "400 strokes" in many.refusal
    assert "too much ink" in scribble.refusal
    assert many.texts == scribble.texts == ()
    assert time.process_time() - started < 1


def test_a_model_of_other_features_or_of_glyphs_is_refused() -> None:
    model = ModelStore().find(DEFAULT_TEXT_MODEL)
    with pytest.raises(ModelFault, match="train it again"):
        load_text_reader(replace(model, card=replace(model.card, preprocessing=99)))
    with pytest.raises(ModelFault, match="does not read lines"):
        load_text_reader(ModelStore().find("classic"))


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    model = ModelStore().find(DEFAULT_TEXT_MODEL)
    files = {name: model.content(name) for name in model.card.sha256}
    store = ModelStore(user=tmp_path)
    for name in files:
        damaged = store.save(replace(model.card, name="damaged"), {**files, name: b"nothing"})
        with pytest.raises(ModelFault, match="damaged"):
            load_text_reader(damaged)
