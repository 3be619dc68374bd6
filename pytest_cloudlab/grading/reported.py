"""What becomes of a check, as pytest's own report of a test."""

from __future__ import annotations

from typing import Literal

import pytest

from pytest_cloudlab.grading.finding import Finding
from pytest_cloudlab.grading.judge import Ruling, in_words
from pytest_cloudlab.model import Check, Verdict


def report_of(
    item: pytest.Item,
    outcome: Literal["passed", "failed", "skipped"],
    text: str | tuple[str, int, str] | None,
    *,
    when: Literal["setup", "call"] = "call",
) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {}, outcome, text, when)


def not_asked(item: pytest.Item, ruling: Ruling) -> pytest.TestReport:
    """The report of a check that was not run: passed when it was achieved before, else skipped."""
    if ruling.kind == "achieved":
        report = report_of(item, "passed", None)
    else:
        path, line, _ = item.location
        report = report_of(item, "skipped", (path, line or 0, ruling.reason))
    vars(report)["cloudlab_ruling"] = ruling.kind
    return report


def tell(report: pytest.TestReport, finding: Finding, check: Check, *, plainly: bool) -> None:
    """Make `report` say that the check was not passed; in words instead of a traceback when `plainly`."""
    report.outcome = "failed"
    if plainly:
        report.longrepr = in_words(finding, check)
    vars(report)["cloudlab_verdict"] = finding.verdict.value  # plain text also travels between processes


def status_of(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Category, letter and word of what is not simply passed, failed or skipped."""
    if getattr(report, "cloudlab_verdict", None) == Verdict.INCONCLUSIVE:
        return "error", "?", "INCONCLUSIVE"
    if getattr(report, "cloudlab_ruling", "") == "achieved":
        return "passed", ".", "ACHIEVED"
    return None
