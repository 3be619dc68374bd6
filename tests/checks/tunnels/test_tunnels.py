"""The whole lab, judged on the twin: as it should be, and sabotaged in every way.

Each hop is judged by itself, so sabotages of different hops are played together, and each has to be told from
the others.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.chain import Answer
from pytest_cloudlab.chain.document import read
from pytest_cloudlab.checks.tunnels.sabotages import CLEANUP, PAGE, Sabotage
from pytest_cloudlab.checks.tunnels.sabotages import machines as of_machines
from pytest_cloudlab.checks.tunnels.sabotages import ports as of_ports
from pytest_cloudlab.cli.own_machines import own_machines
from pytest_cloudlab.doctor import chain as doctor
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.place import Place
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.model import Observation, Verdict
from pytest_cloudlab.rehearsal import Stage
from tests.checks.tunnels.soloist import PATIENCE_S, Soloist
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("tunnels"),  # its stage is its module's
]
TOGETHER: tuple[tuple[type[Sabotage], ...], ...] = (
    (of_ports.TunnelClosed, of_ports.NotPublished, of_ports.NotForwarded, of_ports.PreviewMadePublic),
    (of_ports.ListenerInTheWay, of_ports.PublishedToNobody, of_ports.AnotherPortForwarded),
    (of_ports.TunnelToAnotherPort, of_ports.AnotherContainerAnswers, of_ports.ListenerOnTheLaptop),
)
ALONE = (of_ports.TunnelToItself, of_ports.TunnelToAnotherVm, *PAGE)
OF_MACHINES = (of_machines.CodespaceIsTheLaptop, of_machines.WayToTheVmIsClosed)
LAST = of_machines.NoVm
"""It is played when the VM is gone anyway."""


def titles(sabotages: tuple[type[Sabotage], ...]) -> str:
    return "+".join(one.title() for one in sabotages)


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), sessions)


def test_the_walkthrough_achieves_everything(soloist: Soloist) -> None:
    """Each machine is told from the one before, and the nonce comes through all; nothing is left of it."""
    card = soloist.card
    assert by_verdict(card)["passed"] == soloist.lasting
    (last,) = (one.observation for one in card.standings if one.check.step == "6")
    assert last
    chain = read(last.measured["chain"])
    assert chain
    assert [hop.name for hop in chain.hops] == ["laptop", "codespace", "vm", "container"]
    assert {hop.answer for hop in chain.hops} == {Answer.REACHED}
    assert last.measured["told_by"] == "nonce"
    told_by = [hop.get("told_by", []) for hop in last.measured["chain"]]
    assert all({"host name", "network namespace", "nonce"} <= set(one) for one in told_by[1:])
    (picture,) = last.evidence
    assert (picture.name, picture.media_type) == ("chain.txt", "text/plain")
    soloist.put_right()
    vm = soloist.walkthrough.vm(soloist.alice)
    assert vm.check("find ~/page -name 'cloudlab-*'; ls /tmp | grep cloudlab-hop- || true") == ""


def test_a_public_preview_shows_the_page_to_everybody(soloist: Soloist, data: Path) -> None:
    """The nonce in the container is read on the web."""
    soloist.put_right()
    soloist.as_achieved(data, without=of_ports.PreviewMadePublic.red)
    card = soloist.judge_public(data)
    assert by_verdict(card)["passed"] == soloist.lasting
    (last,) = (one.observation for one in card.standings if one.check.step == "6")
    assert last
    assert last.measured["preview"] == 200


def test_the_doctor_draws_the_same_machines(
    soloist: Soloist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that Alice's own roster names, and the VM of the agreed name."""
    soloist.put_right()
    monkeypatch.setattr(doctor, "WITHIN_S", PATIENCE_S)
    roster = replace(soloist.stage.roster, me=soloist.alice.member.id)
    drawn = doctor.Survey(own_machines(soloist.stage.lab, roster, tmp_path)).finish(
        Place((), False), Machine()
    )
    assert [hop.name for hop in drawn.hops] == ["your own computer", "laptop", "codespace", "vm"]
    assert [hop.lost for hop in drawn.hops] == [""] * 4
    assert drawn.hops[3].evidence.hostname.startswith("tunnels-rocket-alice")
    assert not [at for at in range(4) if drawn.same_machine_as(at)]


@pytest.mark.parametrize("sabotages", TOGETHER, ids=titles)
def test_ports_that_lead_elsewhere(
    soloist: Soloist, data: Path, sabotages: tuple[type[Sabotage], ...]
) -> None:
    """All ports are asked."""
    soloist.as_achieved(data, without=soloist.ports)
    soloist.turns_red(sabotages, data)


@pytest.mark.parametrize("sabotage", ALONE, ids=lambda sabotage: sabotage.title())
def test_one_thing_that_is_another(soloist: Soloist, data: Path, sabotage: type[Sabotage]) -> None:
    """Where the hops before it were seen as they should be."""
    soloist.as_achieved(data, without=sabotage.red)
    soloist.turns_red((sabotage,), data)


@pytest.mark.parametrize("sabotage", OF_MACHINES, ids=lambda sabotage: sabotage.title())
def test_machines_that_are_others(soloist: Soloist, data: Path, sabotage: type[Sabotage]) -> None:
    """Nothing was achieved before."""
    soloist.turns_red((sabotage,), data)


def test_a_vm_that_is_kept(soloist: Soloist, data: Path) -> None:
    """At the end; and deleting it is all that is asked for then. Without one, nothing goes on."""
    soloist.put_right()
    soloist.as_achieved(data, without=set())
    (sabotage,) = CLEANUP
    sabotage(soloist.stage).delete_vm(soloist.alice)
    kept = at_end(soloist, data)
    assert (kept.check, kept.verdict) == (*sabotage.red, Verdict.FAILED)
    assert sabotage.says in kept.message
    soloist.walkthrough.delete_vm(soloist.alice)
    assert at_end(soloist, data).verdict is Verdict.PASSED
    soloist.turns_red((LAST,), data.parent / "anew")


def at_end(soloist: Soloist, data: Path) -> Observation:
    (standing,) = soloist.judge(data, step="7", final=True).standings
    assert standing.observation
    return standing.observation
