"""SARIF: what code scanning and editors read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError
from jsonschema.validators import validator_for

from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.reports.gate import sarif
from tests.conftest import SARIF
from tests.material.gating import RULES, no_oops
from tests.reports.gate import sample

pytestmark = pytest.mark.sarif


def valid(log: Any) -> None:
    """By the schema that the standard comes with."""
    schema = json.loads(SARIF.read_bytes())
    kind = validator_for(schema)
    kind(schema, format_checker=kind.FORMAT_CHECKER).validate(log)


def written(outcome: Outcome, folder: Path, above: str = "") -> dict[str, Any]:
    sarif.write(outcome, folder / "gate.sarif", above)
    log: dict[str, Any] = json.loads((folder / "gate.sarif").read_bytes())
    valid(log)
    return log["runs"][0]


def test_each_finding_is_a_result_with_its_place(tmp_path: Path) -> None:
    run = written(sample.sample(), tmp_path, "course/")
    first, _, elsewhere, warning = run["results"]
    assert first["ruleId"] == "no-oops"
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "no-oops"
    assert (first["level"], warning["level"]) == ("error", "warning")
    assert first["message"]["text"] == "The image has no tag, expected one. Write app:1.0."
    (location,) = first["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "course/docs/build.md", "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 7,
            "startColumn": 12,
            "endColumn": 15,
            "snippet": {"text": "docker run app"},
        },
    }
    assert "endColumn" not in elsewhere["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "unicodeCodePoints"


def test_a_rule_brings_its_title_and_help(tmp_path: Path) -> None:
    rules = {rule["id"]: rule for rule in written(sample.sample(), tmp_path)["tool"]["driver"]["rules"]}
    assert rules.keys() == {rule.id for rule in RULES} | {"baseline"}
    assert rules["no-oops"] == {
        "id": "no-oops",
        "shortDescription": {"text": "A block says oops."},
        "fullDescription": {"text": "Looks at every line."},
        "help": {"text": "Looks at every line."},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["course-material", "block"]},
    }
    assert no_oops.__doc__ is not None


def test_a_result_is_known_again_when_lines_are_added(tmp_path: Path) -> None:
    """The same line twice under a heading is two results."""
    lower = replace(sample.ERROR, place=replace(sample.ERROR.place, line=70))
    run = written(sample.of(sample.ERROR, lower, sample.SECOND), tmp_path)
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    own = sample.ERROR.fingerprint
    assert hashes == [f"{own}:1", f"{sample.SECOND.fingerprint}:1", f"{own}:2"]


def test_a_rule_that_broke_is_told_as_such(tmp_path: Path) -> None:
    (invocation,) = written(sample.sample(), tmp_path)["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["associatedRule"]["id"] == "named-once"
    assert "KeyError" in told["message"]["text"]
    assert written(sample.green(), tmp_path)["invocations"] == [{"executionSuccessful": True}]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a b.md", "docs/a%20b.md"),
        ("docs/é.md", "docs/%C3%A9.md"),
        ("docs/a#b?c%.md", "docs/a%23b%3Fc%25.md"),
        ("docs/\udce9.md", "docs/%E9.md"),
    ],
)
def test_paths_are_relative_uris(tmp_path: Path, path: str, uri: str) -> None:
    (result,) = written(sample.of(sample.finding(path=path)), tmp_path)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize("hostile", sample.HOSTILE)
def test_hostile_text_is_valid_all_the_same(tmp_path: Path, hostile: str) -> None:
    run = written(sample.hostile(hostile), tmp_path)
    assert "\x1b" not in json.dumps(run, ensure_ascii=False)
    json.dumps(run, ensure_ascii=False).encode("utf-8")


def test_no_more_than_github_takes_and_errors_first(tmp_path: Path) -> None:
    many = [sample.finding(line=number) for number in range(1, sarif.MOST + 10)]
    run = written(sample.of(sample.WARNING, *many), tmp_path)
    assert len(run["results"]) == sarif.MOST
    assert {result["level"] for result in run["results"]} == {"error"}


def test_the_schema_is_held_against_it(tmp_path: Path) -> None:
    """What it refuses is refused here: a level that it does not know."""
    run = written(sample.sample(), tmp_path)
    run["results"][0]["level"] = "red"
    with pytest.raises(ValidationError):
        valid({"$schema": sarif.SCHEMA, "version": "2.1.0", "runs": [run]})
