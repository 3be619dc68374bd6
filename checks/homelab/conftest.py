"""This lab's fixtures: every lab's, and the machines at home, entered from the laptop."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.homelab.knocking import knock
from pytest_cloudlab.checks.homelab.place import Place, place_of
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures import *  # noqa: F403
from pytest_cloudlab.fixtures.machines import HERE, Machines
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.targets.onward import onward


@pytest.fixture(scope="session")
def desktop_place(assignment: Assignment) -> Place:
    """`targets.desktop` of the roster."""
    return place_of(assignment, "desktop")


@pytest.fixture(scope="session")
def nas_place(assignment: Assignment) -> Place:
    """`targets.nas` of the roster."""
    return place_of(assignment, "nas")


@pytest.fixture
def desktop(machines: Machines, laptop: Target, desktop_place: Place) -> Target:
    """The desktop at home, entered as the member does it from the laptop."""
    return _entered(machines, laptop, desktop_place)


@pytest.fixture
def nas(machines: Machines, laptop: Target, nas_place: Place) -> Target:
    """The NAS at home, likewise."""
    return _entered(machines, laptop, nas_place)


@pytest.fixture
def nas_answers(request: pytest.FixtureRequest, laptop: Target) -> Callable[[], bool]:
    """The witness: behind the same internet box, on the same path. False where the roster names none."""

    def ask() -> bool:
        try:
            place: Place = request.getfixturevalue("nas_place")
            return knock(laptop, place).key == "known"
        except CouldNotLook:
            return False

    return ask


def _entered(machines: Machines, laptop: Target, place: Place) -> Target:
    def enter() -> Target:
        far = open_target(place.address)
        # Opened from here, its forwards share one connection.
        return far if laptop.address == HERE else onward(laptop, far)

    return machines.get(place.address, enter)
