"""The mascot lab, judged on the twin: done right, sabotaged in every way, not done, and interrupted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.checks.be.sabotages import CLEANUP, SABOTAGES, Sabotage
from pytest_cloudlab.checks.be.walkthrough import Walkthrough
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Check
from pytest_cloudlab.standing import Card
from tests.checks.be.troupe import Troupe, between

CHECKS = read_checks(load_lab(find_lab("be")))


def by_verdict(card: Card, *, final: bool = False) -> dict[str, set[str]]:
    print(
        "\n".join(f"{o.check}: {o.verdict} {o.message}" for o in (s.observation for s in card.standings) if o)
    )
    found: dict[str, set[str]] = {"passed": set(), "failed": set(), "blocked": set(), "inconclusive": set()}
    for standing in card.standings:
        if standing.verdict is None:
            assert standing.check.holds == "at_end", f"{standing.check.name} was not asked"
            assert not final
        else:
            found[standing.verdict].add(standing.check.name)
    return found


def waiting_for(red: frozenset[str], checks: tuple[Check, ...], *, final: bool = False) -> set[str]:
    """What cannot be asked once `red` has failed: by the needs as the lab declares them."""
    blocked: set[str] = set()
    for _ in checks:
        for check in checks:
            if set(check.needs) & (red | blocked):
                blocked.add(check.name)
    return {c.name for c in checks if c.name in blocked - red and (final or c.holds == "ever")}


def test_every_check_has_a_sabotage() -> None:
    """A check that nothing can turn red asserts nothing."""
    covered = set().union(*(sabotage.red for sabotage in (*SABOTAGES, *CLEANUP)))
    assert covered == {check.name for check in CHECKS}


@pytest.mark.docker
@pytest.mark.browser
def test_the_walkthrough_achieves_everything(troupe: Troupe, data: Path) -> None:
    """Done as the page says, all is achieved, and the page's picture is kept."""
    troupe.put_right()
    card = troupe.judge(data)
    found = by_verdict(card)
    assert found["passed"] == {check.name for check in CHECKS if check.holds == "ever"}
    page = next(one for one in card.standings if one.check.name == "test_page_shows_the_mascot")
    assert page.observation is not None
    (picture,) = page.observation.evidence
    assert picture.media_type == "image/png"
    assert picture.size_bytes > 10_000


@pytest.mark.docker
@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    troupe: Troupe, data: Path, sabotage: type[Sabotage]
) -> None:
    """Exactly these fail, exactly what needs them is blocked, and all else is achieved."""
    troupe.play(sabotage)
    found = by_verdict(troupe.judge(data, sabotage=sabotage))
    assert found["failed"] == sabotage.red
    assert found["blocked"] == waiting_for(sabotage.red, CHECKS)
    assert found["inconclusive"] == set()


@pytest.mark.docker
@pytest.mark.parametrize("sabotage", CLEANUP, ids=lambda sabotage: sabotage.title())
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
        assert found["failed"] == sabotage.red
        assert found["passed"] == {check.name for check in CHECKS} - sabotage.red
    finally:
        Walkthrough(troupe.stage).delete_vm(troupe.alice)
        forget_disk(troupe)


def forget_disk(troupe: Troupe) -> None:
    """Delete a disk that outlived its VM, as a member would in the console."""
    from google.cloud import compute_v1

    name = troupe.alice.fill(troupe.stage.lab.parameters.names.instance)
    for disk in troupe.stage.compute.disks(troupe.alice.course.zones):
        if disk.name == name:
            compute_v1.DisksClient().delete(
                project=troupe.stage.twin.project, zone=disk.zone, disk=name
            ).result()


@pytest.mark.docker
def test_who_did_nothing_achieves_nothing(troupe: Troupe, data: Path) -> None:
    """An untouched start passes no check, the cleanup included."""
    walkthrough = Walkthrough(troupe.stage)
    troupe.owes(troupe.alice, between("get_resources", "run"))
    walkthrough.delete_vm(troupe.alice)
    walkthrough.delete_image(troupe.alice)
    codespace = troupe.stage.codespace(troupe.alice)
    codespace.check("rm -rf ~/be && docker rmi -f $(docker images -q) >/dev/null 2>&1 || true")
    found = by_verdict(troupe.judge(data, final=True), final=True)
    assert found["passed"] == set()
    assert found["inconclusive"] == set()
    assert found["failed"] == {"test_resources_are_complete", "test_vm_exists"}


@pytest.mark.docker
def test_a_vm_killed_in_the_middle_turns_checks_inconclusive(troupe: Troupe, data: Path) -> None:
    """Nobody failed, nobody is blocked: a machine that is gone says nothing about the work on it."""
    troupe.put_right()
    before = troupe.judge(data)
    assert by_verdict(before)["failed"] == set()
    keep_up_to(data, "test_vm_answers_ssh")
    troupe.owes(troupe.alice, between("create_vm", "run"))
    address = troupe.stage.vms["alice"].instance.external_ip
    kill_container_at(address)
    found = by_verdict(troupe.judge(data))
    assert found["failed"] == set()
    assert found["blocked"] == set()
    assert "test_jupyter_answers_on_your_vm" in found["inconclusive"]
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
