"""The first part of the mascot lab, judged on the twin: done right, sabotaged, not done, and interrupted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.be.sabotages import CLEANUP, SABOTAGES, Sabotage
from pytest_cloudlab.checks.be.walkthrough import Walkthrough
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import covers
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.rehearsal.clients import REGISTRY_HOST
from pytest_cloudlab.rehearsal.project import VIEWER
from pytest_cloudlab.twin.machine import sdk_folder
from tests.checks.be.troupe import PART, Troupe, between
from tests.checks.played import played
from tests.checks.verdicts import by_verdict, waiting_for

pytestmark = pytest.mark.xdist_group("be")  # its stage is its module's

PATIENCE_S = 120
"""Time for what a busy machine could not look at; what is wrong is not asked again."""
UNDONE = frozenset() if sdk_folder() else frozenset({"test_gcloud_knows_the_project"})
"""What no codespace of ours can achieve on a machine without Google's SDK."""

CHECKS = tuple(check for check in read_checks(load_lab(find_lab("be"))) if covers(PART, check.step))


def test_every_check_has_a_sabotage() -> None:
    """A check that nothing can turn red asserts nothing."""
    covered = set().union(*(sabotage.red for sabotage in (*SABOTAGES, *CLEANUP)))
    assert covered == {check.name for check in CHECKS}


@pytest.mark.docker
@pytest.mark.browser
def test_the_walkthrough_achieves_everything(troupe: Troupe, data: Path) -> None:
    """Done as the page says, all is achieved, and the page's picture is kept."""
    troupe.put_right()
    card = troupe.judge(data, retry_s=PATIENCE_S)
    found = by_verdict(card)
    assert found["passed"] == {check.name for check in CHECKS if check.holds == "ever"} - UNDONE
    page = next(one for one in card.standings if one.check.name == "test_page_shows_the_mascot")
    assert page.observation is not None
    (picture,) = page.observation.evidence
    assert picture.media_type == "image/png"
    assert picture.size_bytes > 10_000


@pytest.mark.docker
@pytest.mark.parametrize("sabotage", played(SABOTAGES), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    troupe: Troupe, data: Path, sabotage: type[Sabotage]
) -> None:
    """Exactly these fail, exactly what needs them is blocked, and all else is achieved."""
    troupe.play(sabotage)
    found = by_verdict(troupe.judge(data, sabotage=sabotage, retry_s=PATIENCE_S))
    assert found["failed"] == sabotage.red | UNDONE
    assert found["blocked"] == waiting_for(sabotage.red, CHECKS)
    assert found["inconclusive"] == set()


@pytest.mark.docker
@pytest.mark.parametrize("sabotage", played(CLEANUP), ids=lambda sabotage: sabotage.title())
def test_what_is_left_behind_turns_its_checks_red(
    troupe: Troupe, data: Path, sabotage: type[Sabotage]
) -> None:
    """After the same lab, each thing that was left is named, and no other."""
    if sabotage.begins == "create_vm":
        troupe.play(sabotage)
    else:
        troupe.put_right()
    troupe.judge(data)
    player = sabotage(troupe.stage)
    troupe.owes(troupe.alice, between("push", "run"))
    try:
        player.delete_vm(troupe.alice)
        player.delete_image(troupe.alice)
        found = by_verdict(troupe.judge(data, final=True), final=True)
        assert found["failed"] == sabotage.red | UNDONE
        assert found["passed"] == {check.name for check in CHECKS} - sabotage.red - UNDONE
    finally:
        Walkthrough(troupe.stage).delete_vm(troupe.alice)
        forget_disk(troupe.stage, troupe.alice.fill(troupe.stage.lab.parameters.names.instance))


def forget_disk(stage: Stage, name: str) -> None:
    """Delete a disk that outlived its VM, as a member would in the console."""
    for disk in stage.compute.disks(stage.twin.zones):
        if disk.name == name:
            stage.compute.delete_disk(name, disk.zone)


@pytest.mark.docker
def test_who_did_nothing_achieves_nothing(troupe: Troupe, data: Path) -> None:
    """An untouched start passes no check, the cleanup included."""
    walkthrough = Walkthrough(troupe.stage)
    troupe.owes(troupe.alice, between("share_project", "run"))
    troupe.owes(troupe.zoe, ["push"])
    walkthrough.delete_vm(troupe.alice)
    walkthrough.delete_image(troupe.alice)
    troupe.stage.project.delete_registry(REGISTRY_HOST)
    troupe.stage.project.give(f"user:{troupe.zoe.member.email}", VIEWER)
    codespace = troupe.stage.codespace(troupe.alice)
    codespace.check(
        "rm -rf ~/be ~/.config/gcloud && docker rmi -f $(docker images -q) >/dev/null 2>&1 || true"
    )
    found = by_verdict(troupe.judge(data, final=True), final=True)
    assert found["passed"] == set()
    assert found["inconclusive"] == set()
    assert found["failed"] == {
        "test_team_may_edit_the_project",
        "test_gcloud_knows_the_project",
        "test_resources_are_complete",
        "test_shared_registry_exists",
        "test_vm_exists",
    }


@pytest.mark.docker
def test_a_vm_killed_in_the_middle_turns_checks_inconclusive(troupe: Troupe, data: Path) -> None:
    """Nobody failed, nobody is blocked: a machine that is gone says nothing about the work on it."""
    troupe.put_right()
    before = troupe.judge(data)
    assert by_verdict(before)["failed"] == UNDONE
    keep_up_to(data, "test_vm_answers_ssh")
    troupe.owes(troupe.alice, between("create_vm", "run"))
    address = troupe.stage.vms["alice"].instance.external_ip
    kill_container_at(address)
    found = by_verdict(troupe.judge(data))
    assert found["failed"] == UNDONE
    assert found["blocked"] == set()
    assert "test_jupyter_answers_on_your_vm" in found["inconclusive"]
    assert "test_tunnel_ends_at_your_vm" in found["inconclusive"]
    assert "test_page_names_you" in found["inconclusive"]


def keep_up_to(data: Path, check: str) -> None:
    """Take out of a journal what was observed after `check`, as if the run had got no further."""
    import sqlite3

    with sqlite3.connect(data / "journal.sqlite") as connection:
        connection.execute(
            "delete from observations where id > (select id from observations where name = ?)", (check,)
        )
    connection.close()


def kill_container_at(address: str) -> None:
    docker = shutil.which("docker") or "docker"
    template = "{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    names = subprocess.run([docker, "ps", "-q"], capture_output=True, text=True, check=True).stdout.split()
    found = subprocess.run(
        [docker, "inspect", "-f", template, *names], capture_output=True, text=True, check=True
    ).stdout
    for line in found.splitlines():
        name, *addresses = line.split()
        if address in addresses:
            subprocess.run([docker, "kill", name.lstrip("/")], check=True, capture_output=True)
