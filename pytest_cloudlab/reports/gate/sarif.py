"""The outcome as SARIF 2.1.0, for GitHub's code scanning and for editors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_cloudlab import __version__
from pytest_cloudlab.evidence import write_atomically
from pytest_cloudlab.material.finding import Finding
from pytest_cloudlab.material.look import Broken
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.material.rule import Rule
from pytest_cloudlab.redaction import clean
from pytest_cloudlab.reports.gate import TOOL, told, uri

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 5_000
"""Results that GitHub keeps of a run; errors come first."""
ROOT = "%SRCROOT%"


def write(outcome: Outcome, path: Path, above: str = "") -> None:
    """Write the outcome to `path`. `above` leads from the repository's top to the course.

    Raises `UsageError` when that cannot be written.
    """
    write_atomically(path, json.dumps(log(outcome, above), indent=1).encode("ascii") + b"\n")


def log(outcome: Outcome, above: str = "") -> dict[str, Any]:
    index = {rule.id: number for number, rule in enumerate(outcome.rules)}
    results = [*_results(outcome.errors, index, above), *_results(outcome.warnings, index, above)]
    invocation: dict[str, Any] = {"executionSuccessful": not outcome.broken}
    if outcome.broken:
        invocation["toolExecutionNotifications"] = [_notification(one, index) for one in outcome.broken]
    run = {
        "tool": {
            "driver": {
                "name": TOOL,
                "version": __version__,
                "rules": [_rule(rule) for rule in outcome.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The top of the course's repository."}}},
        "invocations": [invocation],
        "results": results[:MOST],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    described = {
        "id": rule.id,
        "shortDescription": {"text": clean(rule.title)},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"tags": ["course-material", rule.scope]},
    }
    if rule.help:
        described["fullDescription"] = {"text": clean(rule.help)}
        described["help"] = {"text": clean(rule.help)}
    return described


def _results(findings: tuple[Finding, ...], index: dict[str, int], above: str) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for finding in findings:
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        said = clean(f"{finding.message} {finding.remedy}" if finding.remedy else finding.message)
        yield {
            "ruleId": finding.rule,
            "ruleIndex": index.get(finding.rule, -1),
            "level": str(finding.severity),
            "message": {"text": said},
            "locations": [{"physicalLocation": _location(finding, above)}],
            # Of the same line twice under a heading, the second is another result.
            "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
        }


def _location(finding: Finding, above: str) -> dict[str, Any]:
    place = finding.place
    region: dict[str, Any] = {"startLine": place.line, "startColumn": place.column}
    if place.length:
        region["endColumn"] = place.column + place.length
    if shown := clean(finding.quote):
        region["snippet"] = {"text": shown}
    return {"artifactLocation": {"uri": uri(above + place.path), "uriBaseId": ROOT}, "region": region}


def _notification(broken: Broken, index: dict[str, int]) -> dict[str, Any]:
    said: dict[str, Any] = {"level": "error", "message": {"text": told(broken)}}
    if broken.rule in index:
        said["associatedRule"] = {"id": broken.rule, "index": index[broken.rule]}
    return said
