"""The main job, as a user starts it: a whole lab rehearsed, judged, reported and cleaned up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
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


def containers() -> set[str]:
    listing = ["docker", "ps", "--all", "--format", "{{.Names}}"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    return {name for name in names if name.startswith(("cloudlab-codespace-", "cloudlab-twin-"))}


@pytest.mark.docker
@pytest.mark.browser
def test_a_rehearsal_achieves_all_and_leaves_only_its_report(tmp_path: Path) -> None:
    """Exit code 0, every outcome in the report, the page's picture as evidence, and no machine left."""
    command = [sys.executable, "-m", "pytest_cloudlab", "rehearse", "be"]
    outputs = ["--report", "report", "--json", "result.json", "--junit", "result.xml"]
    env = {**os.environ, "COLUMNS": "80"}
    # Other tests' twins live beside this one; its own codespaces carry this process's names.
    before = containers()
    done = subprocess.run(
        [*command, *outputs], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    result = json.loads((tmp_path / "result.json").read_text())
    verdicts = [check["state"] for member in result["members"] for check in member["checks"]]
    assert verdicts == ["passed"] * 2 * 29
    report = (tmp_path / "report" / "index.html").read_text()
    assert report.count("data:image/png;base64,") == 2
    assert "Zoë O&#39;Neil" in report
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "1.1.3 done in" in done.stderr, "what takes long says that it goes on"
    left = {name for name in containers() - before if name.startswith("cloudlab-codespace-")}
    assert not {name for name in left if name.rpartition("-")[2] in done.stdout}
    assert not (tmp_path / ".cloudlab" / "twin").exists()
