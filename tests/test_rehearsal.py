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

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.providers.ledger import Ledger
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.roster_file import roster_text


@pytest.mark.parametrize("name", ["Alice Martin", 'Zoë "Zo" O\'Neil', "عمر الخيام", "back\\slash", "x" * 300])
def test_the_roster_of_a_rehearsal_reads_back(tmp_path: Path, name: str) -> None:
    """Whatever a member is called."""
    lab = load_lab(find_lab("be"))
    cast = (
        Member(
            "alice",
            name,
            {"mascot": "cat", "runs": "dog"},
            {"codespace": "docker://alice"},
            "alice@example.com",
        ),
        Member("zoe", "Zoë", {"mascot": "dog", "runs": "cat"}, {"codespace": "docker://zoe"}),
    )
    course = Course("p-1", "eu.gcr.io/p-1", "bucket", ("europe-west1-b",), "student", "/keys/id")
    roster = Roster(course, (Team("rocket", cast),))
    file = tmp_path / "teams.toml"
    file.write_text(roster_text(lab.folder, roster), encoding="utf-8")
    assert load_roster(file) == (lab, roster)


def rehearsed(folder: Path, lab: str, *words: str) -> subprocess.CompletedProcess[str]:
    """As a user starts it in `folder`: two members achieve every outcome, told within 80 columns."""
    command = [sys.executable, "-m", "pytest_cloudlab", "rehearse", lab, "--json", "result.json", *words]
    env = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    result = json.loads((folder / "result.json").read_text())
    verdicts = [check["state"] for card in result["cards"] for check in card["checks"]]
    assert verdicts == ["passed"] * 2 * len(read_checks(load_lab(find_lab(lab))))
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    return done


def provisioned(ledger: Path) -> list[str]:
    """The names of all that was ever written to the ledger."""
    with contextlib.closing(sqlite3.connect(ledger)) as connection:
        return [name for (name,) in connection.execute("select name from entries")]


def assert_nothing_is_left(folder: Path, *, made: int) -> None:
    """So many things were provisioned in `folder`, and neither they nor the twin are there any more."""
    ledger = folder / ".cloudlab" / "ledger.sqlite"
    names = provisioned(ledger)
    assert len(names) == made
    assert Ledger(ledger).unreleased() == []
    listing = ["docker", "ps", "--all", "--format", "{{.Names}}"]
    there = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    assert not set(names) & set(there)
    assert not (folder / ".cloudlab" / "twin").exists()


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.xdist_group("rehearse-by-api")
def test_a_rehearsal_achieves_all_and_leaves_only_its_report(tmp_path: Path) -> None:
    """Exit code 0, every outcome in the report, the page's picture as evidence, and no machine left."""
    done = rehearsed(tmp_path, "be", "--report", "report", "--junit", "result.xml")
    report = (tmp_path / "report" / "index.html").read_text()
    assert report.count("data:image/png;base64,") == 2 * 4, "the mascot's page, and three of Streamlit's"
    assert "Zoë O&#39;Neil" in report
    assert "1.1.3 done in" in done.stderr, "what takes long says that it goes on"
    assert_nothing_is_left(tmp_path, made=6)  # two codespaces, two VMs, and two that run an app


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.gcloud
@pytest.mark.xdist_group("rehearse-by-page")
def test_a_rehearsal_by_page_achieves_all_and_leaves_nothing(tmp_path: Path) -> None:
    """The page's own lines, typed into the codespaces of two members, achieve every outcome; each script is
    announced with whose it is; and no codespace and no twin is left."""
    done = rehearsed(tmp_path, "be", "--by", "page")
    assert "1.0 Make the teammates editors of the project (alice)\n" in done.stderr
    assert "1.3.1 Create a VM (alice, zoe)\n" in done.stderr
    assert done.stdout.count("✓ Your first Streamlit app is served") == 2, "shown at its curtain, not again"
    assert_nothing_is_left(tmp_path, made=2)  # the codespaces; VMs are what the members made themselves


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.gh
@pytest.mark.xdist_group("rehearse-codespaces")
def test_a_rehearsal_from_laptops_achieves_all_and_leaves_nothing(tmp_path: Path) -> None:
    """Two members, each at a laptop, have GitHub make their codespaces; the model is really trained there."""
    rehearsed(tmp_path, "codespaces", "--report", "report")
    report = (tmp_path / "report" / "index.html").read_text()
    assert report.count("data:image/png;base64,") == 2, "each member's app"
    assert_nothing_is_left(tmp_path, made=4)  # two laptops, two codespaces


@pytest.mark.docker
@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "lab",
    [
        pytest.param("workspace", marks=[pytest.mark.kubectl, pytest.mark.xdist_group("rehearse-workspace")]),
        pytest.param("homelab", marks=pytest.mark.xdist_group("rehearse-homelab")),
        pytest.param("tunnels", marks=[pytest.mark.gh, pytest.mark.xdist_group("rehearse-tunnels")]),
    ],
)
def test_a_rehearsal_of_other_places_achieves_all_and_leaves_nothing(tmp_path: Path, lab: str) -> None:
    """As their users start it: two members, each with machines of their own, which are gone at the end."""
    rehearsed(tmp_path, lab)
    made = provisioned(tmp_path / ".cloudlab" / "ledger.sqlite")
    assert len(made) >= 2, "each member's laptop at least"
    assert_nothing_is_left(tmp_path, made=len(made))
