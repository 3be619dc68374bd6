"""What GitHub Actions says of a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_cloudlab.material.ci import Review, bases_of, review
from tests.material.test_changes import run_git

ACTIONS = {"GITHUB_ACTIONS": "true"}


@pytest.mark.parametrize(
    ("event", "branch", "first"),
    [
        ({"pull_request": {"base": {"sha": "a" * 40}}}, "main", "a" * 40),
        ({"merge_group": {"base_sha": "b" * 40}}, "", "b" * 40),
        ({"before": "c" * 40}, "", "c" * 40),
        ({"before": "0" * 40}, "", ""),
        ({}, "main", "origin/main"),
        ({"pull_request": {"base": 7}}, "", ""),
        ([], "", ""),
    ],
)
def test_the_event_says_what_to_compare_with(tmp_path: Path, event: object, branch: str, first: str) -> None:
    """For pull requests, merge queues and pushes; a branch's first push has nothing before it."""
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event))
    told = bases_of({**ACTIONS, "GITHUB_EVENT_PATH": str(file), "GITHUB_BASE_REF": branch})
    assert next(iter(told), "") == first


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\x00"])
def test_an_event_that_is_none_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "event.json").write_text(text)
    assert bases_of({"GITHUB_EVENT_PATH": str(tmp_path / "event.json")}) == []
    assert bases_of({"GITHUB_EVENT_PATH": str(tmp_path / "none")}) == []


def test_a_pull_request_touches_lines(tmp_path: Path) -> None:
    """The base that is not here is passed by."""
    run_git(tmp_path, "init", "-q")
    (tmp_path / "a.md").write_text("one\n")
    run_git(tmp_path, "add", ".")
    run_git(tmp_path, "commit", "-qm", "first")
    run_git(tmp_path, "branch", "base")
    (tmp_path / "a.md").write_text("one\ntwo\n")
    run_git(tmp_path, "commit", "-qam", "second")
    assert review(tmp_path, {**ACTIONS, "GITHUB_BASE_REF": "base"}) == Review(False, {"a.md": frozenset({2})})
    assert review(tmp_path, {"GITHUB_BASE_REF": "base"}) == Review()


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    found = review(tmp_path, {**ACTIONS, "GITHUB_BASE_REF": "main"})
    assert (found.touched, "origin/main" in found.why_not, "fetch-depth: 0" in found.why_not) == (
        *(None, True, True),
    )


def test_a_scheduled_run_compares_with_nothing(tmp_path: Path) -> None:
    assert review(tmp_path, {**ACTIONS, "GITHUB_EVENT_NAME": "schedule"}) == Review(True)
    assert review(tmp_path, {**ACTIONS, "GITHUB_EVENT_NAME": "push"}) == Review(False)
