"""The team's own images, judged on the twin: as they should be, and sabotaged in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace.image_scenes import ImageScenes
from pytest_cloudlab.checks.workspace.sabotages import IMAGES, Sabotage
from pytest_cloudlab.clouds.docker_login import docker_login
from tests.checks.played import played
from tests.checks.workspace.soloist import Soloist

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("workspace-images")]


@pytest.fixture(scope="module", autouse=True)
def pushed(soloist: Soloist) -> None:
    soloist.play(*(scene.name for scene in ImageScenes.image_scenes))


@pytest.mark.parametrize("step", ["1.5", "2.2"])
def test_the_walkthrough_achieves_it(soloist: Soloist, data: Path, step: str) -> None:
    """And the robot's secret stays nowhere."""
    soloist.achieves(step, data)
    _, secret = docker_login("registry.aisingapore.net")
    assert not [file for file in data.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]


@pytest.mark.parametrize("sabotage", played(IMAGES), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)
