"""A VS Code workspace, judged on the twin: as it should be, and sabotaged in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace.sabotages import VSCODE, Sabotage
from tests.checks.played import played
from tests.checks.workspace.soloist import Soloist

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("workspace-vscode")]


@pytest.mark.parametrize("sabotage", played(VSCODE), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


def test_the_walkthrough_achieves_it_and_keeps_the_password_to_itself(soloist: Soloist, data: Path) -> None:
    """Neither the password nor a session stays in the journal or among the evidence."""
    soloist.achieves("1.1", data)
    config = soloist.walkthrough.type(soloist.alice, "cat ~/.config/code-server/config.yaml")
    (password,) = [line.partition(": ")[2] for line in config.splitlines() if line.startswith("password: ")]
    assert len(password) == 24
    assert not [file for file in data.rglob("*") if file.is_file() and password.encode() in file.read_bytes()]
