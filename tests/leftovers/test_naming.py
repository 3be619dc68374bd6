"""Whose a name is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import load_lab
from pytest_cloudlab.leftovers.leftover import Owner
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.model import Course, Member, Roster, Team

LAB = """
title = "Leave things"
page = "https://course.example/leave.html"

[leaves]
vms = ["names.vm", "names.second"]
firewall_rules = ["names.rule"]
buckets = ["names.bucket"]

[names]
vm = "vm-{team}-{member}"
second = "{member}-demo"
rule = "open-8501"
bucket = "{project}-{team}"

[[step]]
number = "1"
title = "Leave"
see = "#leave"
"""

PARAMETERS = """
import msgspec

class Names(msgspec.Struct, frozen=True):
    vm: str
    second: str
    rule: str
    bucket: str

class Parameters(msgspec.Struct, frozen=True):
    names: Names
"""

ROSTER = Roster(
    Course(project="sdd2526"),
    (
        Team(
            "rocket", (Member("alice", "A", targets={"codespace": "gh://fuzzy-waffle"}), Member("bob", "B"))
        ),
        Team("comet", (Member("carol", "C", targets={"codespace": "docker://carol"}),)),
    ),
)


def naming(folder: Path, lab: str = LAB) -> Naming:
    folder.mkdir()
    (folder / "lab.toml").write_text(lab)
    (folder / "parameters.py").write_text(PARAMETERS)
    return Naming(load_lab(folder), ROSTER)


def test_a_name_of_a_template_belongs_to_its_member(tmp_path: Path) -> None:
    """Every template is filled for every member of every team, and nothing else has an owner."""
    assert naming(tmp_path / "leave").of("vms") == {
        "vm-rocket-alice": Owner("rocket", "alice"),
        "vm-rocket-bob": Owner("rocket", "bob"),
        "vm-comet-carol": Owner("comet", "carol"),
        "alice-demo": Owner("rocket", "alice"),
        "bob-demo": Owner("rocket", "bob"),
        "carol-demo": Owner("comet", "carol"),
    }


def test_a_name_that_members_share_is_their_teams(tmp_path: Path) -> None:
    """Also where a team has one member only: its members' name is hers."""
    buckets = naming(tmp_path / "leave").of("buckets")
    assert buckets["sdd2526-rocket"] == Owner("rocket")
    assert buckets["sdd2526-comet"].team == "comet"


def test_a_name_that_teams_share_is_nobodys_alone(tmp_path: Path) -> None:
    """So that cleaning up after one team does not take it from another."""
    assert naming(tmp_path / "leave").of("firewall_rules") == {"open-8501": Owner()}


def test_codespaces_are_those_that_the_roster_names(tmp_path: Path) -> None:
    assert naming(tmp_path / "leave").codespaces == {"fuzzy-waffle": Owner("rocket", "alice")}


def test_a_kind_that_the_lab_does_not_name_has_no_names(tmp_path: Path) -> None:
    assert naming(tmp_path / "leave").of("images") == {}


@pytest.mark.parametrize("path", ["names.nothing", "names", "vm", "names.vm.upper"])
def test_a_path_that_leads_to_no_name_is_told(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match=r"leaves: '.*' names no text among the lab's parameters"):
        naming(tmp_path / "leave", LAB.replace("names.rule", path))


def test_a_kind_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leaves"):
        naming(tmp_path / "leave", LAB.replace("buckets =", "spaceships ="))
