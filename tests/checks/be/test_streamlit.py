"""The lab's second part, judged on the twin: done right, sabotaged in every way, left lying, and not done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.be.sabotages import APP_CLEANUP, APP_IMAGE, PUBLISHED, SERVED, Sabotage
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import covers
from pytest_cloudlab.rehearsal import Stage
from tests.checks.be.soloist import CLEANUP, PART, STANDING, Soloist
from tests.checks.be.test_lab import forget_disk
from tests.checks.played import played
from tests.checks.verdicts import by_verdict, waiting_for

pytestmark = pytest.mark.xdist_group("be-streamlit")  # its stage is its module's

CHECKS = tuple(check for check in read_checks(load_lab(find_lab("be"))) if covers(PART, check.step))
LASTING = {check.name for check in CHECKS if check.holds == "ever"}


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Iterator[Soloist]:
    soloist = Soloist(stage, tmp_path_factory.mktemp("soloist"), sessions)
    yield soloist
    soloist.walkthrough.close_port(soloist.alice)


def test_every_check_has_a_sabotage() -> None:
    """A check that nothing can turn red asserts nothing."""
    covered = set().union(*(one.red for one in (*SERVED, *APP_IMAGE, *PUBLISHED, *APP_CLEANUP)))
    assert covered == {check.name for check in CHECKS}


@pytest.mark.docker
@pytest.mark.browser
def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """Done as the page says, all is achieved, and each app's picture is kept."""
    soloist.put_right()
    soloist.after_serving(data)
    card = soloist.judge(data)
    assert by_verdict(card)["passed"] == LASTING
    pictures = {
        kept.name
        for one in card.standings
        if one.observation
        for kept in one.observation.evidence
        if kept.media_type == "image/png" and kept.size_bytes > 2_000
    }
    assert pictures == {"first-app.png", "second-app.png", "public-app.png"}


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.parametrize("sabotage", played(SERVED), ids=lambda sabotage: sabotage.title())
def test_an_app_that_is_not_served_right_stays_red(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    """It alone: neither the container that serves the app later nor the other app makes up for it."""
    soloist.serve(sabotage, data)
    found = by_verdict(soloist.judge(data))
    assert found["failed"] == sabotage.red
    assert found["passed"] == LASTING - sabotage.red


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.parametrize("sabotage", played([*APP_IMAGE, *PUBLISHED]), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    """Exactly these fail, exactly what needs them is blocked, and all else is achieved."""
    soloist.play(sabotage)
    soloist.after_serving(data)
    found = by_verdict(soloist.judge(data))
    assert found["failed"] == sabotage.red
    assert found["blocked"] == waiting_for(sabotage.red, CHECKS)
    assert found["inconclusive"] == set()


@pytest.mark.docker
@pytest.mark.browser
@pytest.mark.parametrize("sabotage", played(APP_CLEANUP), ids=lambda sabotage: sabotage.title())
def test_what_is_left_behind_turns_its_checks_red(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    """After the same lab, each thing that was left is named, and no other."""
    soloist.put_right()
    if sabotage.begins in STANDING:
        soloist.play(sabotage)
    soloist.after_serving(data)
    soloist.judge(data)
    soloist.owes("push_app", "open_port")
    try:
        for scene in CLEANUP:
            getattr(soloist.player(sabotage), scene)(soloist.alice)
        found = by_verdict(soloist.judge(data, final=True), final=True)
        assert found["failed"] == sabotage.red
        assert found["passed"] == {check.name for check in CHECKS} - sabotage.red
    finally:
        soloist.walkthrough.delete_container_vm(soloist.alice)
        forget_disk(soloist.stage, soloist.alice.fill(soloist.stage.lab.parameters.streamlit.instance))


@pytest.mark.docker
def test_who_did_nothing_achieves_nothing(soloist: Soloist, data: Path) -> None:
    """An untouched start passes no check, the cleanup included."""
    soloist.owes_all()
    for scene in CLEANUP:
        getattr(soloist.walkthrough, scene)(soloist.alice)
    soloist.walkthrough.quit_app(soloist.alice)
    remove = "docker rm -f $(docker ps -aq); docker rmi -f $(docker images -q); true"
    soloist.stage.codespace(soloist.alice).check(remove)
    found = by_verdict(soloist.judge(data, final=True), final=True)
    assert found["passed"] == set()
    assert found["inconclusive"] == set()
    assert found["failed"] == {
        "test_first_app_is_served",
        "test_second_app_is_served",
        "test_app_image_is_built",
        "test_container_vm_exists",
    }
