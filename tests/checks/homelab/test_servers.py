"""What runs on the desktop and what travels, judged on the twin: as it should be, and sabotaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.homelab.sabotages import SERVERS, Sabotage
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.jupyter import running
from pytest_cloudlab.rehearsal import Stage
from tests.checks.homelab.soloist import Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.xdist_group("homelab-servers"),  # its stage is its module's
]


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), sessions, "1", "3.1", "3.2", "4")


def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """And Jupyter's token stays nowhere."""
    soloist.put_right()
    for step in ("3.1", "3.2", "4"):
        card = soloist.judge(data / step, step=step)
        assert by_verdict(card)["passed"] == {check.name for check in soloist.checks if check.step == step}
    with soloist.walkthrough.desktop(soloist.alice) as desktop:
        (jupyter,) = running(desktop)
    token = jupyter.headers["Authorization"].removeprefix("token ").encode()
    assert len(token) == 48
    assert not [file for file in data.rglob("*") if file.is_file() and token in file.read_bytes()]


@pytest.mark.parametrize("sabotage", played(SERVERS), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)
