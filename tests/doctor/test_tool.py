"""The command-line tools: here or not, new enough or not, or not to be told."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pytest_cloudlab.doctor import command
from pytest_cloudlab.doctor.finding import Finding, State
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.tool import look_at_tools
from pytest_cloudlab.errors import TimedOut, TooMuch
from pytest_cloudlab.needs import Needs, Tool

from .conftest import tool, write


def look(machine: Machine, text: str) -> Finding:
    (finding,) = look_at_tools(Needs(tools=(Tool.parse(text),)), machine)
    return finding


def test_a_tool_that_is_here_says_its_version(machine: Machine) -> None:
    tool(machine.root, "gcloud", "Google Cloud SDK 528.0.0\nbq 2.1.19")
    assert look(machine, "gcloud>=450") == Finding("tools", "gcloud", State.OK, "528.0.0")


@pytest.mark.parametrize(
    ("at_least", "state"), [("2.39", State.OK), ("2.39.5", State.OK), ("2.40", State.WRONG)]
)
def test_the_lowest_version_counts_part_by_part(machine: Machine, at_least: str, state: State) -> None:
    tool(machine.root, "git", "git version 2.39.5")
    assert look(machine, f"git>={at_least}").state is state


def test_an_old_tool_is_named_with_what_is_needed(machine: Machine) -> None:
    tool(machine.root, "gcloud", "Google Cloud SDK 99.0.0")
    finding = look(machine, "gcloud>=450")
    assert finding.found == "99.0.0, older than 450"
    assert finding.fix == "gcloud components update"


def test_a_missing_tool_is_one_line_away(machine: Machine) -> None:
    write(machine.root, "/etc/os-release", "ID=ubuntu\nID_LIKE=debian\n")
    assert look(machine, "ssh").fix == "sudo apt-get install -y openssh-client"
    assert look(machine, "ssh").found == "not on the PATH"


def test_a_tool_that_fails_is_wrong_and_one_that_says_nothing_unknown(machine: Machine) -> None:
    tool(machine.root, "git", "\x1b[31mcannot load\x1b[0m libz.so", code=127)
    broken = look(machine, "git")
    assert broken.state is State.WRONG
    assert "cannot load libz.so" in broken.found
    tool(machine.root, "git", "hello")
    assert look(machine, "git").state is State.UNKNOWN


def test_without_a_lab_no_tool_is_needed(machine: Machine) -> None:
    found = look_at_tools(Needs(), machine)
    assert {one.state for one in found} == {State.FACT}
    assert all(one.fix for one in found)


@pytest.mark.parametrize(
    ("said", "found", "fix"),
    [
        ("permission denied while trying to connect", "you may not use its engine", "usermod"),
        ("Cannot connect to the Docker daemon", "its engine does not run", "systemctl start docker"),
    ],
)
def test_docker_without_its_engine_is_no_docker(machine: Machine, said: str, found: str, fix: str) -> None:
    script = (
        f'#!/bin/sh\n[ "$1" = --version ] && echo Docker version 28.2.2 && exit\necho "{said}" >&2; exit 1\n'
    )
    write(machine.root, "bin/docker", script).chmod(0o755)
    finding = look(machine, "docker")
    assert finding.state is State.WRONG
    assert finding.found == f"28.2.2; {found}"
    assert fix in finding.fix


def test_a_tool_that_hangs_ends_with_its_children(machine: Machine) -> None:
    """A child holds the pipe open; it must not hold us."""
    write(machine.root, "bin/slow", "#!/bin/sh\n/bin/sleep 60 &\n/bin/sleep 60\n").chmod(0o755)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        command.said([str(machine.root / "bin/slow")], machine, within_s=0.3)
    assert time.monotonic() - started < 30


def test_a_tool_that_never_stops_talking_is_cut_off(machine: Machine) -> None:
    write(machine.root, "bin/loud", "#!/bin/sh\nexec /usr/bin/yes 1.2\n").chmod(0o755)
    with pytest.raises(TooMuch):
        command.said([str(machine.root / "bin/loud")], machine, within_s=20)


def test_what_a_tool_says_is_made_safe(machine: Machine) -> None:
    tool(machine.root, "t", "token=abcdefghijk \x1b]0;title\x07v1.0")
    code, text = command.said([str(machine.root / "bin/t")], machine)
    assert (code, text) == (0, "token=[redacted] v1.0")


def test_a_file_that_cannot_be_started_is_unknown(machine: Machine) -> None:
    write(machine.root, "bin/git", "#!/no/such/interpreter\n").chmod(0o755)
    assert look(machine, "git").state is State.UNKNOWN


def test_windows_is_told_how_too(machine: Machine) -> None:
    machine = replace(machine, system="Windows")
    assert look(machine, "docker").fix == "winget install Docker.DockerDesktop"
