"""What is looked at for a lab, which hosts are its own, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.doctor import examination, extra, metadata
from pytest_cloudlab.doctor.document import document
from pytest_cloudlab.doctor.endpoint import Endpoint, endpoints
from pytest_cloudlab.doctor.examination import Examination, Patient, examine
from pytest_cloudlab.doctor.finding import Finding, State, exit_code
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.place import Place
from pytest_cloudlab.doctor.remedy import install
from pytest_cloudlab.doctor.table import lines
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course
from pytest_cloudlab.needs import Needs
from tests.labs import write_lab

from .conftest import write


def finding(state: State, found: str = "found", fix: str = "", name: str = "name") -> Finding:
    return Finding("tools", name, state, found, fix)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        ([State.OK, State.FACT], 0),
        ([State.OK, State.UNKNOWN], 3),
        ([State.WRONG, State.UNKNOWN], 1),
    ],
)
def test_exit_codes(states: list[State], code: int) -> None:
    """What is missing is known for sure; what could not be looked at may be fine."""
    assert exit_code(map(finding, states)) == code


def test_a_labs_hosts_are_those_it_names_its_registry_and_its_page() -> None:
    lab = load_lab(find_lab("be"))
    found = {one.host: one for one in endpoints(lab, Course(registry="eu.gcr.io/proj"))}
    assert found["eu.gcr.io"] == Endpoint("eu.gcr.io", "the course's registry", "/v2/", api=True)
    assert {"compute.googleapis.com", "storage.googleapis.com"} < set(found)
    assert not found["fchouteau.github.io"].needed


def test_a_lab_that_names_no_host_has_those_of_its_course(tmp_path: Path) -> None:
    lab = load_lab(write_lab(tmp_path, {}))
    hosts = [one.host for one in endpoints(lab, Course(project="p", bucket="b"))]
    assert hosts == ["compute.googleapis.com", "storage.googleapis.com", "course.example"]
    assert [one.host for one in endpoints(lab, Course())] == ["course.example"]


def test_offline_asks_nobody(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the metadata server."""

    def asked(*args: object, **more: object) -> Sequence[Finding]:
        raise AssertionError("it was asked")

    monkeypatch.setattr(examination, "look_at_network", asked)
    monkeypatch.setattr(metadata, "answers", asked)
    found = examine(Patient(machine=machine), offline=True)
    assert found.exit_code == 0
    assert "not looked at (--offline)" in "\n".join(lines(found))


def test_extras_are_read_from_the_package_itself() -> None:
    assert extra.members("browser") == ["selenium"]
    assert "google-cloud-compute" in extra.members("gce")


def test_an_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "members", lambda name: ["selenium", "no-such-distribution-at-all"])
    (found,) = extra.look_at_extras(Needs(extras=("browser",)))
    assert (found.state, found.found) == (State.WRONG, "not installed: no-such-distribution-at-all")
    assert found.fix == "pip install 'pytest-cloudlab[browser]'"


def test_the_table_keeps_to_80_columns_and_is_plain() -> None:
    rows = (
        finding(State.WRONG, "word " * 40, "sudo apt-get install " + "package " * 20),
        finding(State.UNKNOWN, "\x1b[31mred\x1b[0m\nline", name="a-name-that-is-longer.example.com"),
        finding(State.FACT, "fact", "not shown"),
    )
    lab = load_lab(find_lab("be"))
    text = list(lines(Examination(lab, Place((), False), rows, False)))
    assert all(len(line) <= 80 for line in text)
    whole = "\n".join(text)
    assert "\x1b" not in whole
    assert "red line" in whole
    assert "not shown" not in whole
    assert text[-1].startswith("1 to mend · 1 could not be looked at")


def test_a_command_is_never_broken_inside_a_word() -> None:
    url = "https://example.com/" + "x" * 90
    text = lines(Examination(None, Place((), False), (finding(State.WRONG, "f", f"curl {url}"),), False))
    assert any(url in line for line in text)


def test_the_document_says_the_same() -> None:
    told = document(Examination(None, Place((), False), (finding(State.WRONG),), True))
    assert told["exit_code"] == 1
    assert told["findings"] == [
        {"part": "tools", "name": "name", "state": "wrong", "found": "found", "fix": ""}
    ]
    assert told["place"] == {"kind": "laptop", "hops": 0, "at_least": False, "path": []}


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("ID=debian", "sudo apt-get install -y docker.io"),
        ('ID="linuxmint"\nID_LIKE="ubuntu debian"', "sudo apt-get install -y docker.io"),
        ("ID=fedora", "sudo dnf install -y moby-engine"),
        ("ID=alpine", "sudo apk add docker"),
        ("ID=plan9", "Install docker and have it on the PATH."),
        ("", "Install docker and have it on the PATH."),
    ],
)
def test_the_line_is_this_systems(machine: Machine, release: str, line: str) -> None:
    write(machine.root, "/etc/os-release", release)
    assert install("docker", machine) == line


def test_who_is_root_needs_no_sudo(machine: Machine) -> None:
    write(machine.root, "/etc/os-release", "ID=debian")
    assert install("git", replace(machine, is_root=True)) == "apt-get install -y git"
    assert install("git", replace(machine, system="Darwin")) == "brew install git"
