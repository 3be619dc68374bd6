"""Work in VS Code's terminal, judged on the twin: as it should be, and sabotaged in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace.sabotages import RESTART, WORK, Sabotage
from tests.checks.played import played
from tests.checks.workspace.soloist import Soloist

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("workspace-work")]


@pytest.mark.parametrize("sabotage", played([*RESTART, *WORK]), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)
    kept = b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())
    assert b"not-a-real-token" not in kept
    assert b"PRIVATE KEY" not in kept


@pytest.mark.parametrize("step", ["1.3", "1.4", "3"])
def test_the_walkthrough_achieves_it(soloist: Soloist, data: Path, step: str) -> None:
    soloist.achieves(step, data)
