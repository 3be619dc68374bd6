"""Jupyter and its port, judged on the twin: as they should be, sabotaged in every way, and public."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.assignment import Assignment, assign
from pytest_cloudlab.checks.codespaces.sabotages import Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.ports import PORTS
from pytest_cloudlab.grading.member import Assize, judge_member
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.jupyter import running
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.roster import load_roster
from pytest_cloudlab.standing import Card
from tests.checks.codespaces.soloist import BEGIN, PATIENCE_S, Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("codespaces-ports"),  # its stage is its module's
]
PRIVACY = "test_port_is_as_private_as_agreed"


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "1.3", sessions)


def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """And neither the token nor the file that was read through the port stays anywhere."""
    soloist.put_right()
    card = soloist.judge(data, retry_s=PATIENCE_S)
    assert by_verdict(card)["passed"] == soloist.lasting
    codespace = soloist.walkthrough.codespace(soloist.alice)
    (jupyter,) = running(codespace)
    token = jupyter.headers["Authorization"].removeprefix("token ")
    assert len(token) == 48
    assert token not in repr(jupyter)
    assert not [file for file in data.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
    assert codespace.check("find %s -name 'cloudlab-*'", jupyter.root_dir) == ""


@pytest.mark.parametrize("sabotage", played(PORTS), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


class Public:
    """Alice's lab where the port was agreed on as public."""

    def __init__(self, soloist: Soloist, folder: Path) -> None:
        self._soloist = soloist
        self._roster = folder / "teams.toml"
        said = soloist.stage.roster_file.read_text(encoding="utf-8")
        changed = '[parameters.jupyter]\nvisibility = "public"\n\n'
        self._roster.write_text(said.replace("[course]", f"{changed}[course]", 1), encoding="utf-8")
        self.alice: Assignment = assign(*load_roster(self._roster))

    def judge(self, data: Path) -> Card:
        self._soloist.judge(data, step=BEGIN)
        assize = Assize(self.alice, self._roster, data, step=self._soloist.steps, retry_s=0)
        return judge_member(assize, lambda event: None, sessions=self._soloist.sessions)


@pytest.fixture
def public(soloist: Soloist, tmp_path: Path) -> Iterator[Public]:
    soloist.put_right()
    yield Public(soloist, tmp_path)
    soloist.walkthrough.agree_on_visibility(soloist.alice)


def test_a_public_port_shows_jupyter_to_a_stranger(soloist: Soloist, public: Public, data: Path) -> None:
    """Its address on the web answers without any token of GitHub's."""
    soloist.walkthrough.agree_on_visibility(public.alice)
    assert by_verdict(public.judge(data))["passed"] == soloist.lasting


def test_a_private_port_is_not_the_public_one_agreed_on(soloist: Soloist, public: Public, data: Path) -> None:
    """What nobody can see is not as agreed either."""
    assert by_verdict(public.judge(data))["failed"] == {PRIVACY}
