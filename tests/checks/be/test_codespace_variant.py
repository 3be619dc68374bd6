"""The lab with the course's newer names and no VM: the same checks and walkthrough, by parameters alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.be.sabotages import Sabotage
from pytest_cloudlab.checks.be.sabotages.build import BuiltUnderAnotherName
from pytest_cloudlab.checks.be.sabotages.page import UserHidden
from pytest_cloudlab.checks.be.sabotages.run import WrongPortMapped
from pytest_cloudlab.checks.be.walkthrough import Walkthrough, cast
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.rehearsal.play import play
from pytest_cloudlab.standing import Card
from tests.checks.be.test_lab import UNDONE
from tests.checks.be.troupe import perform
from tests.checks.verdicts import by_verdict, waiting_for

pytestmark = pytest.mark.xdist_group("be-codespace")  # its stage is its module's

LAB = load_lab(find_lab("be-codespace"))
CHECKS = read_checks(LAB)
NAMES = {check.name for check in CHECKS}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with Stage(LAB, cast(2), data=folder / "data", twin_state=folder / "twin", progress=print) as stage:
        walkthrough = Walkthrough(stage)
        play(lambda one: walkthrough, walkthrough.scenes, stage.assignments, print)
        yield stage


def judge(stage: Stage, data: Path, *, final: bool = False) -> Card:
    alice = stage.assignments[0]
    data.mkdir(exist_ok=True)
    return judge_member(Assize(alice, stage.roster_file, data, final=final, retry_s=0), lambda event: None)


def test_no_vm_and_no_second_part_is_asked_for() -> None:
    """What a student without a VM could never achieve is not on the card."""
    assert not {name for name in NAMES if "_vm" in name or "_app_" in name or "tunnel" in name}
    assert {"test_image_is_pushed", "test_container_runs_teammate_image", "test_page_names_you"} <= NAMES
    assert {check.step for check in CHECKS} == {step.number for step in LAB.steps}


@pytest.mark.docker
@pytest.mark.parametrize(
    "sabotage",
    [WrongPortMapped, UserHidden, BuiltUnderAnotherName],
    ids=lambda sabotage: sabotage.title(),
)
def test_a_sabotage_turns_its_checks_red(stage: Stage, tmp_path: Path, sabotage: type[Sabotage]) -> None:
    """As in the base lab: exactly these fail, and what needs them is blocked."""
    alice = stage.assignments[0]
    names = [scene.name for scene in Walkthrough(stage).scenes]
    spoilt = names[names.index(sabotage.begins) : names.index(sabotage.ends) + 1]
    try:
        perform(sabotage(stage), alice, spoilt)
        found = by_verdict(judge(stage, tmp_path / "data"))
    finally:
        perform(Walkthrough(stage), alice, spoilt)
    assert found["failed"] == sabotage.red | UNDONE
    assert found["blocked"] == waiting_for(sabotage.red, CHECKS)
    assert found["inconclusive"] == set()


@pytest.mark.docker
@pytest.mark.browser
def test_the_walkthrough_achieves_everything(stage: Stage, tmp_path: Path) -> None:
    """With the names and the port that this variant sets, the cleanup included; without one VM."""
    found = by_verdict(judge(stage, tmp_path / "data"))
    assert found["passed"] == {check.name for check in CHECKS if check.holds == "ever"} - UNDONE
    assert not stage.vms
    alice = stage.assignments[0]
    assert alice.fill(LAB.parameters.names.image) == f"{alice.course.registry}/rocket-cat:1.0"
    walkthrough = Walkthrough(stage)
    play(lambda one: walkthrough, walkthrough.cleanup, stage.assignments, print)
    assert by_verdict(judge(stage, tmp_path / "data", final=True), final=True)["passed"] == NAMES - UNDONE
