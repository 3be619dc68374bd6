"""A JupyterLab workspace, judged on the twin: as it should be, and sabotaged in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace.jupyter import TOKEN
from pytest_cloudlab.checks.workspace.sabotages import JUPYTERLAB, Sabotage
from pytest_cloudlab.clouds.kubernetes import Kubernetes
from tests.checks.played import played
from tests.checks.workspace.soloist import Soloist

pytestmark = [
    pytest.mark.docker,
    pytest.mark.xdist_group("workspace-jupyterlab"),
]


@pytest.mark.parametrize("sabotage", played(JUPYTERLAB), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


def test_the_walkthrough_achieves_it_and_keeps_the_token_to_itself(soloist: Soloist, data: Path) -> None:
    """It stays neither in the journal nor among the evidence."""
    soloist.play("create_jupyterlab")
    soloist.achieves("2.1", data)
    mine = soloist.walkthrough.workspace(soloist.alice, "jupyterlab")
    token = TOKEN.findall(Kubernetes().logs(mine.namespace, mine.pod))[-1]
    assert len(token) == 48
    assert not [file for file in data.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
