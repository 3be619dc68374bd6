"""JUnit XML: what the test views of CI systems show."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_cloudlab.material.outcome import Outcome
from pytest_cloudlab.reports.gate import junit
from tests.reports.gate import sample


def written(outcome: Outcome, folder: Path) -> ElementTree.Element:
    junit.write(outcome, folder / "gate.xml")
    return ElementTree.fromstring((folder / "gate.xml").read_bytes())  # noqa: S314 - our own file


def test_pages_are_suites_and_blocks_are_cases(tmp_path: Path) -> None:
    """Named as pytest's items are."""
    root = written(sample.sample(), tmp_path)
    assert {suite.get("name"): [case.get("name") for case in suite] for suite in root} == {
        "docs/build.md": ["page", "build::1", "build::2"],
        "docs/ship.md": ["page"],
        "course": ["course"],
    }
    counts = {suite.get("name"): (suite.get("tests"), suite.get("failures"), suite.get("errors"))
              for suite in root}  # fmt: skip
    assert counts == {
        "docs/build.md": ("3", "2", "0"),
        "docs/ship.md": ("1", "0", "1"),
        "course": ("1", "1", "0"),
    }
    assert {case.get("line") for case in root[0]} == {"1", "6", "19"}


def test_an_error_fails_and_says_what_the_log_says(tmp_path: Path) -> None:
    failure = written(sample.sample(), tmp_path).find(".//testcase[@name='build::1']/failure")
    assert failure is not None
    assert failure.get("message") == "1 error: The image has no tag, expected one."
    assert "            ^^^" in (failure.text or "")
    assert "→ Write app:1.0." in (failure.text or "")


def test_a_warning_passes_and_is_kept(tmp_path: Path) -> None:
    case = written(sample.sample(), tmp_path).find(".//testcase[@name='page']")
    assert case is not None
    assert [child.tag for child in case] == ["system-out"]
    assert "This is fishy." in (case[0].text or "")


def test_a_rule_that_broke_is_an_error_beside_what_others_found(tmp_path: Path) -> None:
    looks = (
        sample.Look("docs/a.md", "docs/a.md", 1, (sample.ERROR,), (sample.BROKEN,)),
        sample.Look("course"),
    )
    root = written(sample.outcome(*looks), tmp_path)
    error = root.find(".//error")
    assert error is not None
    assert "KeyError" in (error.get("message") or "")
    assert "has no tag" in (root.findtext(".//system-out") or "")
    assert root.find(".//failure") is None


@pytest.mark.parametrize("hostile", sample.HOSTILE)
def test_hostile_text_is_legal_xml(tmp_path: Path, hostile: str) -> None:
    root = written(sample.hostile(hostile), tmp_path)
    tags = {element.tag for element in root.iter()}
    assert tags <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}
    assert "\x1b" not in (tmp_path / "gate.xml").read_text("utf-8")
