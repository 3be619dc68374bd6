"""A class whose members each have a machine, and the same assertions as a lab and as plain tests.

Every check is one command over SSH. The bodies of the tests are the same text; only where `host` comes from
differs: this package's kept-open channel, or testinfra's `ssh://`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

BODY = 'assert host.check_output("cat %s", WORK + "/item-{number:02}") == "done {number}"'
LAB = """
title = "Twenty things"
page = "https://course.example/things.html"

[[step]]
number = "1"
title = "Things"
see = "#things"
"""
CONFTEST = """
from pathlib import Path

import pytest

from pytest_cloudlab.fixtures import *
from pytest_cloudlab.targets import open_target


@pytest.fixture
def host(machines, assignment):
    where = assignment.member.targets["vm"]
    return machines.get(where, lambda: open_target(where, key={key!r}, known_hosts=Path({known!r}))).host
"""


def write_work(folder: Path, checks: int) -> None:
    """What every team has done: a file for each check."""
    folder.mkdir()
    for number in range(checks):
        (folder / f"item-{number:02}").write_text(f"done {number}\n")


def write_lab(folder: Path, ports: Sequence[int], checks: int, *, key: Path, known: Path, work: Path) -> Path:
    """The lab and its roster, a team of one for each of `ports`; returns the roster."""
    lab = folder / "things"
    lab.mkdir(parents=True)
    (lab / "lab.toml").write_text(LAB)
    (lab / "conftest.py").write_text(CONFTEST.format(key=str(key), known=str(known)))
    head = f'import pytest\n\npytestmark = pytest.mark.step("1")\nWORK = {str(work)!r}\n'
    (lab / "test_things.py").write_text(head + _tests(checks))
    teams = [
        f'[[team]]\nid = "team-{number:03}"\nmember = [{{ id = "m-{number:03}", name = "Member {number}", '
        f'targets = {{ vm = "ssh://root@127.0.0.1:{port}" }} }}]\n'
        for number, port in enumerate(ports)
    ]
    roster = folder / "teams.toml"
    roster.write_text(f'lab = "{lab}"\n\n' + "\n".join(teams))
    return roster


def write_plain(folder: Path, ports: Sequence[int], checks: int, *, ssh_config: Path, work: Path) -> Path:
    """The same as a module of plain pytest with testinfra, which asks every host; returns its folder."""
    folder.mkdir()
    ssh_config.write_text(
        "\n".join(f"Host team-{number:03}\n Port {port}" for number, port in enumerate(ports))
        + "\n"
        + ssh_config.read_text()
    )
    hosts = [f"ssh://team-{number:03}" for number in range(len(ports))]
    (folder / "test_things.py").write_text(
        f"testinfra_hosts = {hosts!r}\nWORK = {str(work)!r}\n" + _tests(checks)
    )
    return folder


def _tests(checks: int) -> str:
    return "".join(
        f'\n\ndef test_{number:02}(host):\n    """Item {number} of your work is in place."""\n'
        f"    {BODY.format(number=number)}\n"
        for number in range(checks)
    )
