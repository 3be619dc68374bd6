"""Every report says of an outcome that it was self-reported, or who set it and why."""

from __future__ import annotations

import io
import json as standard
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Verdict
from pytest_cloudlab.reports import html, json, junit
from pytest_cloudlab.reports.console import print_card
from pytest_cloudlab.standing import Card
from tests.reports import sample

SET: dict[str, Any] = {
    "source": "override",
    "said_by": "Ada",
    "message": "set by Ada: I saw it on her screen",
}
TOLD: dict[str, Any] = {"source": "receipt"}


def on_console(card: Card, folder: Path) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    print_card(card, console)
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def in_html(card: Card, folder: Path) -> str:
    html.write([card], EvidenceStore(folder), folder / "index.html")
    return (folder / "index.html").read_text()


def in_junit(card: Card, folder: Path) -> str:
    junit.write([card], folder / "report.xml")
    return (folder / "report.xml").read_text()


WRITERS = [on_console, in_html, in_junit]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE])
def test_what_was_set_says_by_whom_and_why(
    tmp_path: Path, writer: Callable[[Card, Path], str], verdict: Verdict
) -> None:
    """And once: neither the hint of the check nor an excuse goes with it."""
    before = writer(sample.card(), tmp_path)
    after = writer(sample.card(changes={"test_resources": {"verdict": verdict, **SET}}), tmp_path)
    assert SET["message"] not in before
    assert SET["message"] in after
    if writer is not in_junit:
        assert after.count(SET["message"]) == 1
        assert after.count("Not your fault") == before.count("Not your fault")


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED])
def test_what_a_receipt_says_is_self_reported(
    tmp_path: Path, writer: Callable[[Card, Path], str], verdict: Verdict
) -> None:
    """With what was found, as for what was seen here."""
    change = {"test_image_name": {"verdict": verdict, **TOLD}}
    assert "self-reported" not in writer(sample.card(), tmp_path)
    said = writer(sample.card(changes=change), tmp_path)
    assert "self-reported" in said
    assert ("built before you edited the file" in said) is (verdict is Verdict.FAILED)


def test_programs_are_told_too(tmp_path: Path) -> None:
    """In fields of their own in JSON; as the reason in JUnit."""
    card = sample.card(changes={"test_resources": SET, "test_image_name": TOLD})
    json.write([card], tmp_path / "report.json")
    rows = standard.loads((tmp_path / "report.json").read_text())["cards"][0]["checks"]
    found = {row["check"]: (row["source"], row["said_by"]) for row in rows}
    assert found["test_resources"] == ("override", "Ada")
    assert found["test_image_name"] == ("receipt", "")
    assert found["test_author"] == found["test_vm_gone"] == ("", "")
    failure = ElementTree.fromstring(in_junit(card, tmp_path)).find(".//failure")  # noqa: S314 - our own file
    assert failure is not None
    assert failure.get("message", "").startswith("self-reported: The image's AUTHOR.txt")
