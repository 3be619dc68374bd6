"""Classroom 50's results: whole points, an identity, and the verdict that a boolean cannot say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Check, Team
from pytest_cloudlab.reports.gradebook import classroom50
from pytest_cloudlab.reports.gradebook.classroom50 import whole_points
from tests.reports import sample
from tests.reports.gradebook.classes import a_class, book, judged, member

AROUND = {"CLASSROOM": "cs-principles", "ASSIGNMENT": "knots", "USER": "root"}


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def accept(result: Any) -> None:
    """What the collector asks of a result before it takes it in."""
    assert result["schema"] == "classroom50/result/v1"
    assert result["assignment_type"] in {"individual", "group", "team"}
    for key in ("classroom", "assignment", "owner", "submission", "commit", "release", "review", "datetime"):
        assert isinstance(result[key], str), key
        assert result[key], key
    assert result["submission"].startswith("submit/")
    for key in ("datetime", "graded_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result[key])
    for one in (result, *result["tests"]):
        assert whole(one["score"])
        assert whole(one["max-score"])
        assert one["score"] <= one["max-score"]
    assert result["max-score"] > 0, "0 of 0 is what an error of the grader looks like"
    for test in result["tests"]:
        assert isinstance(test["test-name"], str)
        assert test["test-name"]
        assert isinstance(test["passed"], bool)
    for key in ("score", "max-score"):
        assert result[key] == sum(test[key] for test in result["tests"])


def read(folder: Path, who: str) -> Any:
    return json.loads((folder / who / "result.json").read_text("utf-8"))


def test_everybody_gradable_has_a_result(tmp_path: Path) -> None:
    """Halves of points are whole ones of twice as many; who is not gradable has no file."""
    done = classroom50.write(book(), tmp_path, AROUND)
    assert done.grades == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alice", "bob", "carol"]
    for who, score in (("alice", 32), ("bob", 24), ("carol", 0)):
        result = read(tmp_path, who)
        accept(result)
        assert (result["score"], result["max-score"]) == (score, 32)
        assert (result["classroom"], result["assignment"], result["owner"]) == ("cs-principles", "knots", who)


def test_a_test_carries_its_verdict(tmp_path: Path) -> None:
    """`passed` says no to both what failed and what waits; the verdict and the words tell them apart."""
    classroom50.write(book(), tmp_path, AROUND)
    tests = {test["check"]: test for test in read(tmp_path, "bob")["tests"]}
    assert [tests[name]["verdict"] for name in ("test_resources", "test_image_name", "test_pushed")] == [
        "passed",
        "failed",
        "blocked",
    ]
    assert "another name" in tests["test_image_name"]["message"]


def test_the_moment_does_not_move_when_the_same_is_judged_again(tmp_path: Path) -> None:
    """Lateness is told from the newest success; what fails again later makes nobody late."""
    classroom50.write(book(), tmp_path, AROUND)
    bob = read(tmp_path, "bob")
    assert bob["datetime"] == "2025-11-21T09:31:03Z" == bob["graded_at"]
    card = a_class()[1]
    later = judged(card.member, card.team, {"test_vm_gone": sample.FAILED})
    classroom50.write(book([later]), tmp_path, AROUND)
    again = read(tmp_path, "bob")
    assert (again["datetime"], again["graded_at"]) == ("2025-11-21T09:30:56Z", "2025-11-21T09:31:03Z")


def test_the_runner_speaks_of_one_submission_only(tmp_path: Path) -> None:
    """What it says in the environment is about a single member; never about a class."""
    runner = {
        **AROUND, "OWNER": "alice-gh", "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL": "https://h/c", "RELEASE_URL": "https://h/r", "REVIEW_URL": "https://h/v",
    }  # fmt: skip
    classroom50.write(book(a_class()[:1]), tmp_path / "one", runner)
    alice = read(tmp_path / "one", "alice")
    accept(alice)
    assert [alice[key] for key in ("owner", "submission", "commit", "release", "review")] == [
        *("alice-gh", "submit/2026-06-01T14-32-05Z-a1b2c3d", "https://h/c", "https://h/r", "https://h/v")
    ]
    classroom50.write(book(assignment="hello"), tmp_path / "all", runner)
    assert {read(tmp_path / "all", who)["owner"] for who in ("alice", "bob", "carol")} == {
        "alice",
        "bob",
        "carol",
    }
    assert read(tmp_path / "all", "bob")["assignment"] == "hello"


def test_points_are_shared_without_rounding() -> None:
    """Or not at all: two people with as many points would get different scores."""
    checks = [
        Check(name, "", "", "1", points) for name, points in (("a", 2), ("b", 1.5), ("c", 0.5), ("d", 0))
    ]
    assert whole_points(checks) == {"a": 4, "b": 3, "c": 1, "d": 0}
    assert whole_points(checks, 16) == {"a": 8, "b": 6, "c": 2, "d": 0}
    with pytest.raises(UsageError, match="20 cannot be shared") as refused:
        whole_points(checks, 20)
    assert refused.value.remedy == "Use --points 8, or a multiple of it."
    assert whole_points([Check("a", "", "", "1", 0.1), Check("b", "", "", "1", 0.2)]) == {"a": 1, "b": 2}


def test_a_classroom_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name their classroom"):
        classroom50.write(book(), tmp_path, {"ASSIGNMENT": "knots"})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_is_accepted(tmp_path: Path, text: str) -> None:
    mallory = member("mallory", name=text)
    card = judged(mallory, Team("rocket", (mallory,)), {"test_ssh": sample.FAILED})
    classroom50.write(book([card]), tmp_path, AROUND)
    accept(read(tmp_path, "mallory"))
