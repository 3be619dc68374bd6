"""The main job, as a user starts it: a whole lab rehearsed, judged, reported and cleaned up."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.rehearsal.stage import roster_text
from pytest_cloudlab.roster import load_roster


@pytest.mark.parametrize("name", ["Alice Martin", 'Zoë "Zo" O\'Neil', "عمر الخيام", "back\\slash", "x" * 300])
def test_the_roster_of_a_rehearsal_reads_back(tmp_path: Path, name: str) -> None:
    """Whatever a member is called."""
    lab = load_lab(find_lab("be"))
    cast = (
        Member("alice", name, {"mascot": "cat", "runs": "dog"}, {"codespace": "docker://alice"}),
        Member("zoe", "Zoë", {"mascot": "dog", "runs": "cat"}, {"codespace": "docker://zoe"}),
    )
    course = Course("p-1", "eu.gcr.io/p-1", "bucket", ("europe-west1-b",), "student", "/keys/id")
    roster = Roster(course, (Team("rocket", cast),))
    file = tmp_path / "teams.toml"
    file.write_text(roster_text(lab, roster), encoding="utf-8")
    assert load_roster(file) == (lab, roster)


def provisioned(ledger: Path) -> list[str]:
    """The names of all that was ever written to the ledger."""
    with contextlib.closing(sqlite3.connect(ledger)) as connection:
        return [name for (name,) in connection.execute("select name from entries")]


@pytest.mark.docker
@pytest.mark.browser
def test_a_rehearsal_achieves_all_and_leaves_only_its_report(tmp_path: Path) -> None:
    """Exit code 0, every outcome in the report, the page's picture as evidence, and no machine left."""
    command = [sys.executable, "-m", "pytest_cloudlab", "rehearse", "be"]
    outputs = ["--report", "report", "--json", "result.json", "--junit", "result.xml"]
    env = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [*command, *outputs], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    result = json.loads((tmp_path / "result.json").read_text())
    verdicts = [check["state"] for card in result["cards"] for check in card["checks"]]
    assert verdicts == ["passed"] * 2 * 29
    report = (tmp_path / "report" / "index.html").read_text()
    assert report.count("data:image/png;base64,") == 2
    assert "Zoë O&#39;Neil" in report
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "1.1.3 done in" in done.stderr, "what takes long says that it goes on"
    names = provisioned(tmp_path / ".cloudlab" / "ledger.sqlite")
    assert len(names) == 4, "two codespaces and two VMs"
    assert Ledger(tmp_path / ".cloudlab" / "ledger.sqlite").unreleased() == []
    listing = ["docker", "ps", "--all", "--format", "{{.Names}}"]
    there = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    assert not set(names) & set(there)
    assert not (tmp_path / ".cloudlab" / "twin").exists()
