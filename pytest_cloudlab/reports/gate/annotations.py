"""Errors as GitHub Actions shows them beside the lines of a change.

GitHub shows the first ten of a step; warnings are left to the summary, so that they take none of those.
"""

from __future__ import annotations

from pytest_cloudlab.material.finding import Finding
from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.redaction import clean
from pytest_cloudlab.reports.gate import RULE_S_FAULT, told

MOST = 50
"""That GitHub keeps of a job."""


def lines(outcome: Outcome, above: str = "") -> list[str]:
    """Workflow commands. `above` leads from the repository's top to the course."""
    titles = {rule.id: rule.title for rule in outcome.rules}
    found = [
        _line(finding, titles.get(finding.rule, finding.rule), above) for finding in outcome.errors[:MOST]
    ]
    broken = [f"::error title=A rule could not look::{_data(f'{told(one)}. {RULE_S_FAULT}')}"
              for one in outcome.broken[:MOST]]  # fmt: skip
    return found + broken


def _line(finding: Finding, title: str, above: str) -> str:
    place = finding.place
    where = {"file": above + place.path, "line": place.line, "col": place.column}
    if place.length:
        where["endColumn"] = place.column + place.length
    properties = {**where, "title": f"{clean(title)} [{finding.rule}]"}
    named = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    said = f"{finding.message}\n{finding.remedy}" if finding.remedy else finding.message
    return f"::error {named}::{_data(clean(said))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
