"""The lab's sabotages as a whole; each step's tests play them."""

from __future__ import annotations

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.codespaces.sabotages import SABOTAGES
from pytest_cloudlab.checks.codespaces.walkthrough import Walkthrough
from pytest_cloudlab.lab import find_lab, load_lab

CHECKS = read_checks(load_lab(find_lab("codespaces")))


def test_every_check_has_a_sabotage() -> None:
    """A check that nothing can turn red asserts nothing."""
    assert set().union(*(one.red for one in SABOTAGES)) == {check.name for check in CHECKS}


def test_every_sabotage_spoils_a_scene() -> None:
    scenes = {scene.name for scene in (*Walkthrough.scenes, *Walkthrough.cleanup)}
    assert {one.spoils for one in SABOTAGES} <= scenes
