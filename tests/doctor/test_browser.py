"""A browser and a driver that belong together."""

from __future__ import annotations

import pytest

from pytest_cloudlab.doctor.browser import look_at_browser
from pytest_cloudlab.doctor.finding import State
from pytest_cloudlab.doctor.machine import Machine

from .conftest import tool, write


def look(machine: Machine, *, needed: bool = True) -> dict[str, State]:
    return {one.name: one.state for one in look_at_browser(machine, needed=needed)}


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_one_version_is_fine(machine: Machine, name: str) -> None:
    tool(machine.root, name, "Chromium 131.0.6778.139 built on Debian")
    tool(machine.root, "chromedriver", "ChromeDriver 131.0.6778.85 (0123abc)")
    assert look(machine) == {name: State.OK, "chromedriver": State.OK}


def test_two_versions_are_not(machine: Machine) -> None:
    tool(machine.root, "chromium", "Chromium 131.0.6778.139")
    tool(machine.root, "chromedriver", "ChromeDriver 120.0.1.2")
    assert look(machine)["together"] is State.WRONG


def test_what_is_missing_is_named_and_installed(machine: Machine) -> None:
    write(machine.root, "/etc/os-release", 'ID="debian"\n')
    tool(machine.root, "chromium", "Chromium 131.0.6778.139")
    (missing,) = look_at_browser(machine, needed=True)
    assert (missing.name, missing.state) == ("chromedriver", State.WRONG)
    assert missing.fix == "sudo apt-get install -y chromium chromium-driver"


def test_a_lab_without_a_browser_does_without(machine: Machine) -> None:
    assert look(machine, needed=False) == {"chromium": State.FACT, "chromedriver": State.FACT}


def test_a_browser_that_does_not_say_its_version(machine: Machine) -> None:
    tool(machine.root, "chromium", "hello")
    tool(machine.root, "chromedriver", "ChromeDriver 120.0.1.2")
    assert look(machine) == {"chromium": State.UNKNOWN, "chromedriver": State.OK}
