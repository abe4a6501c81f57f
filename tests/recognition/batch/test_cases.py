"""Small inputs that once failed: each is read, doubted or told as its rule says."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from digitvision.cli import main


def _kept(rule: str, right: str, answer: Mapping[str, Any]) -> bool:
    """Whether an answer is what a rule allows; `cases.tsv` explains the rules in its note."""
    kind, _, value = rule.partition(" ")
    sure = bool(answer.get("sure"))
    if kind == "must":
        return answer.get("text") == right
    if kind == "unsure":
        return answer.get("text") == right.replace("\\n", "\n") or not sure
    if kind == "told":
        return bool(answer.get("error"))
    assert kind == "value", rule
    return not sure or str(answer.get("value")) == value


@pytest.mark.slow
def test_every_case_is_read_doubted_or_told_as_its_rule_says(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open(shared / "cases" / "cases.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) >= 34
    groups = defaultdict(list)
    for row in rows:
        groups[row["reading"], row["alphabet"]].append(row)
    broken = []
    for (reading, alphabet), group in groups.items():
        paths = [str(shared / "cases" / row["file"]) for row in group]
        main(["recognize", "--reading", reading, "--alphabet", alphabet, "--format", "jsonl", *paths])
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [answer["file"] for answer in answers] == paths
        broken += [
            (row["file"], answer.get("text"), answer.get("sure"), answer.get("error"))
            for row, answer in zip(group, answers, strict=True)
            if not _kept(row["rule"], row["right"], answer)
        ]

    assert broken == []


@pytest.mark.slow
def test_too_much_ink_is_told_with_what_would_do(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, reading, most in (
        ("11-121-strokes-line", "line", "120"),
        ("11b-201-strokes-equation", "equation", "200"),
    ):
        code = main(["recognize", "--reading", reading, str(shared / "cases" / f"{name}.inkml")])
        written = capsys.readouterr()

        assert code == 1
        assert most in written.out + written.err
