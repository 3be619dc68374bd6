"""The JSON report: valid against its own schema, with every number the card has."""

from __future__ import annotations

import json as standard
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.reports import json
from pytest_cloudlab.standing import Card
from tests.reports import sample


def written(path: Path, *cards: Card) -> Any:
    json.write(cards, path / "report.json")
    return standard.loads((path / "report.json").read_text("utf-8"))


def test_a_report_says_what_the_card_says(tmp_path: Path) -> None:
    """Counts, points, the next step, and each check with what was measured."""
    card = sample.with_evidence(EvidenceStore(tmp_path / "evidence"))
    report = written(tmp_path, card)
    assert report["schema"] == "cloudlab/report/v1"
    (one,) = report["cards"]
    assert [one[key] for key in ("lab", "team", "member", "member_name")] == [
        "be",
        "rocket",
        "alice",
        "Alice Martin",
    ]
    assert (one["points"], one["possible"], one["final"]) == (4, 16, False)
    counted = [one[key] for key in ("achieved", "to_fix", "waiting", "unjudged", "not_asked", "not_due")]
    assert counted == [3, 1, 2, 2, 1, 1]
    assert one["next"] == {
        "check": "test_image_name",
        "title": "Your image carries your name",
        "step": "1.1.3",
        "see": "https://example.org/1_5_be.html#113-build-your-docker-image",
    }
    rows = {row["check"]: row for row in one["checks"]}
    assert list(rows) == [check.name for check in sample.CHECKS]
    assert rows["test_image_name"]["state"] == "failed"
    assert rows["test_image_name"]["measured"]["layers"][0]["size"] == 1234
    assert rows["test_pushed"]["waits_for"] == "test_image_name"
    assert (rows["test_vm_gone"]["state"], rows["test_vm_gone"]["at"]) == ("not due", None)
    assert rows["test_page_mascot"]["at"] == "2025-11-21T09:30:56Z"
    assert rows["test_page_mascot"]["evidence"][0]["name"] == "page.png"


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_every_report_fits_the_schema(tmp_path: Path, text: str) -> None:
    """Also one full of hostile text, in which no control character is left."""
    report = written(tmp_path, sample.card(), sample.all_passed(), sample.hostile(text))
    jsonschema.validate(report, json.schema())
    raw = (tmp_path / "report.json").read_text("utf-8")
    assert not any(f"\\u00{code:02x}" in raw for code in (*range(32), 127))
    name = report["cards"][2]["member_name"]
    assert not any(ord(char) < 32 or char == "\u202e" for char in name)
    if "\x1b" not in text and "\x00" not in text:
        assert name == text


def test_a_secret_in_a_journal_is_not_passed_on(tmp_path: Path) -> None:
    """What looks like a token is taken out, however deep it is nested."""
    changes = {"test_resources": {"measured": {"urls": [{"u": "http://h/?token=hunter2"}]}}}
    written(tmp_path, sample.card(changes=changes))
    assert "hunter2" not in (tmp_path / "report.json").read_text("utf-8")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """As a usage error with the path."""
    with pytest.raises(UsageError, match=str(tmp_path)):
        json.write([sample.card()], tmp_path)
