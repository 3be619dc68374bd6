"""Gradescope's results: valid, complete, and none for whoever is not gradable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Team
from pytest_cloudlab.reports.gradebook import gradescope
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book, judged, member

FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number", "minimum": 0},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def read(folder: Path, who: str) -> Any:
    return json.loads((folder / who / "results.json").read_text("utf-8"))


def test_everybody_gradable_has_a_file(tmp_path: Path) -> None:
    """And nobody else: a missing file is a failure of the grader, an empty one would be a zero."""
    done = gradescope.write(book(), tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")) == [
        "alice/results.json",
        "bob/results.json",
        "carol/results.json",
    ]
    assert done.grades == 3
    for who, score in (("alice", 16), ("bob", 12), ("carol", 0)):
        result = read(tmp_path, who)
        jsonschema.validate(result, SCHEMA)
        assert result["score"] == score == sum(test["score"] for test in result["tests"])
        assert sum(test["max_score"] for test in result["tests"]) == 16
        assert len(result["tests"]) == len(sample.CHECKS), "what is left out would not count"


def test_a_test_says_what_the_card_says(tmp_path: Path) -> None:
    """What is blocked counts as failed, and says what it waits for."""
    gradescope.write(book(), tmp_path)
    tests = {test["extra_data"]["check"]: test for test in read(tmp_path, "bob")["tests"]}
    failed = tests["test_image_name"]
    assert (failed["status"], failed["score"], failed["max_score"], failed["number"]) == (
        "failed",
        0,
        2,
        "1.1.3",
    )
    assert "Build it again" in failed["output"]
    assert tests["test_pushed"]["status"] == "failed"
    assert tests["test_pushed"]["extra_data"]["verdict"] == "blocked"
    assert (tests["test_resources"]["status"], tests["test_resources"]["output"]) == ("passed", "")


def test_what_is_not_due_has_no_points_yet(tmp_path: Path) -> None:
    """Neither passed nor failed: red until the end teaches people to look away."""
    cards = a_class()[:1]
    before_the_end = judged(cards[0].member, cards[0].team, {}, final=False)
    gradescope.write(book([before_the_end]), tmp_path)
    result = read(tmp_path, "alice")
    jsonschema.validate(result, SCHEMA)
    assert result["score"] == 14
    assert not {"score", "max_score", "status"} & set(result["tests"][-1])


def test_points_scale_every_test(tmp_path: Path) -> None:
    gradescope.write(book(points=100), tmp_path)
    result = read(tmp_path, "bob")
    assert result["score"] == 75
    assert {test["max_score"] for test in result["tests"]} == {6.25, 9.38, 12.5}


def test_an_earlier_file_goes_with_its_grade(tmp_path: Path) -> None:
    """Dave was gradable before, and is not now: what lies there would be uploaded."""
    dave = judged(*(lambda card: (card.member, card.team))(a_class()[3]), {})
    gradescope.write(book([dave]), tmp_path)
    (tmp_path / "dave" / "notes.txt").write_text("mine")
    done = gradescope.write(book(), tmp_path)
    assert [path.name for path in (tmp_path / "dave").iterdir()] == ["notes.txt"]
    assert done.notes == [f"{tmp_path / 'dave' / 'results.json'}: was of an earlier run, and is gone"]


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_is_shown_as_text(tmp_path: Path, text: str) -> None:
    """Valid, plain, and of a format that renders nothing."""
    mallory = member("mallory", name=text)
    ones = {check.name: sample.FAILED for check in sample.CHECKS}
    card = judged(mallory, Team("rocket", (mallory,)), ones)
    gradescope.write(book([card]), tmp_path)
    result = read(tmp_path, "mallory")
    jsonschema.validate(result, SCHEMA)
    assert {test["output_format"] for test in result["tests"]} == {"text"} == {result["output_format"]}


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match=str(tmp_path / "out")):
        gradescope.write(book(), tmp_path / "out")
