"""The lab's sabotages as a whole; another module plays them."""

from __future__ import annotations

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.tunnels.sabotages import CLEANUP, SABOTAGES
from pytest_cloudlab.checks.tunnels.walkthrough import Walkthrough
from pytest_cloudlab.lab import find_lab, load_lab
from tests.checks.tunnels.test_tunnels import ALONE, LAST, OF_MACHINES, TOGETHER

CHECKS = read_checks(load_lab(find_lab("tunnels")))


def test_every_check_has_a_sabotage() -> None:
    """A check that nothing can turn red asserts nothing."""
    assert frozenset[str]().union(*(one.red for one in SABOTAGES)) == {check.name for check in CHECKS}


def test_every_sabotage_spoils_a_scene() -> None:
    scenes = {scene.name for scene in (*Walkthrough.scenes, *Walkthrough.cleanup)}
    assert {one.spoils for one in SABOTAGES} <= scenes
    assert all(hasattr(Walkthrough, name) for one in SABOTAGES for name in one.mended_by)


def test_every_sabotage_is_played_once() -> None:
    """Those that are played together spoil different checks."""
    played = [one for together in TOGETHER for one in together] + [*ALONE, *OF_MACHINES, LAST, *CLEANUP]
    assert sorted(one.title() for one in played) == sorted(one.title() for one in SABOTAGES)
    for together in TOGETHER:
        assert sum(len(one.red) for one in together) == len(
            frozenset[str]().union(*(one.red for one in together))
        )
