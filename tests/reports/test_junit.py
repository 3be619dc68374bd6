"""The JUnit report: what CI systems count is what the card counts."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_cloudlab.reports import junit
from pytest_cloudlab.standing import Card
from tests.reports import sample


def written(path: Path, *cards: Card) -> ElementTree.Element:
    junit.write(cards, path / "report.xml")
    return ElementTree.fromstring((path / "report.xml").read_bytes())  # noqa: S314 - our own file


def properties(element: ElementTree.Element) -> dict[str, str]:
    return {one.get("name", ""): one.get("value", "") for one in element.findall("properties/property")}


def test_each_state_has_its_element(tmp_path: Path) -> None:
    """Failed is a failure, inconclusive an error; whatever was not tried is skipped, with the reason."""
    (suite,) = written(tmp_path, sample.card()).findall("testsuite")
    found = {
        case.get("name"): [(child.tag, child.get("message")) for child in case if child.tag != "properties"]
        for case in suite.findall("testcase")
    }
    assert found["test_resources"] == []
    assert found["test_image_name"][0][0] == "failure"
    assert found["test_pushed"] == [("skipped", "waits for: Your image carries your name")]
    assert found["test_ssh"] == [("error", "no answer from Compute Engine (503, 4 tries in 20 s)")]
    assert found["test_page_author"] == [("error", "waits for: Your VM answers SSH")]
    assert found["test_restart"] == [("skipped", "changes something; only on request")]
    assert found["test_vm_gone"] == [("skipped", "judged at the end")]
    tags = [tag for outcome in found.values() for tag, _ in outcome]
    assert suite.get("tests") == str(len(found)) == "10"
    assert [suite.get(key) for key in ("failures", "errors", "skipped")] == [
        str(tags.count(tag)) for tag in ("failure", "error", "skipped")
    ]


def test_a_failure_says_what_to_do(tmp_path: Path) -> None:
    """The text holds the message, the hint and the address of the section."""
    failure = written(tmp_path, sample.card()).find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "<your name>" in failure.text
    assert "Build it again" in failure.text
    assert "#113-build-your-docker-image" in failure.text


def test_points_and_measurements_are_properties(tmp_path: Path) -> None:
    """Of the suite and of each case; a measured value is JSON."""
    suite = written(tmp_path, sample.card())[0]
    assert properties(suite) == {"member": "Alice Martin", "points": "4", "possible": "16"}
    case = suite.find("testcase[@name='test_page_mascot']")
    assert case is not None
    assert properties(case)["points"] == "2"
    assert properties(case)["measured.accuracy"] == "0.934"
    assert properties(case)["measured.mascot"] == '"dog"'
    assert case.get("time") == "2.400"
    assert case.get("classname") == "be.rocket.alice"


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_is_legal_xml(tmp_path: Path, text: str) -> None:
    """It parses, and nothing in it is an element or a character that XML forbids."""
    root = written(tmp_path, sample.hostile(text))
    raw = (tmp_path / "report.xml").read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u202e]", raw)
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped")
    }
    if "\x1b" not in text and "\x00" not in text:
        assert properties(root[0])["member"] == text
