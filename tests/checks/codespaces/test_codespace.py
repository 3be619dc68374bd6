"""The codespace itself, judged on the twin: as it should be, sabotaged in every way, shut down and left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.sabotages import CLEANUP, Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.codespace import CODESPACE
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.rehearsal import Stage
from tests.checks.codespaces.soloist import PATIENCE_S, Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = [
    pytest.mark.docker,
    pytest.mark.gh,
    pytest.mark.xdist_group("codespaces-codespace"),  # its stage is its module's
]
ENTERED = "test_codespace_can_be_entered"
CLONE = "test_repository_is_checked_out"
END = "test_codespace_is_shut_down"
SHOWN = "test_github_made_it_of_the_repository"


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "1.1", sessions)


def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """From outside, through gh and GitHub's API."""
    soloist.put_right()
    assert by_verdict(soloist.judge(data, retry_s=PATIENCE_S))["passed"] == soloist.lasting


@pytest.mark.parametrize("sabotage", played(CODESPACE), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


@pytest.mark.parametrize("deleted", [False, True], ids=["stopped", "deleted"])
def test_the_end_is_a_codespace_that_costs_nothing(soloist: Soloist, data: Path, deleted: bool) -> None:
    """Stopping it is enough, and so is deleting it."""
    soloist.put_right()
    soloist.judge(data)
    try:
        soloist.walkthrough.shut_down(soloist.alice)
        if deleted:
            soloist.walkthrough.delete_codespace(soloist.alice)
        assert END in by_verdict(soloist.judge(data, step="4", final=True), final=True)["passed"]
    finally:
        soloist.walkthrough.create_codespace(soloist.alice)


@pytest.mark.parametrize("sabotage", played(CLEANUP), ids=lambda sabotage: sabotage.title())
def test_what_is_left_running_is_found(soloist: Soloist, data: Path, sabotage: type[Sabotage]) -> None:
    soloist.put_right()
    soloist.judge(data)
    getattr(sabotage(soloist.stage), sabotage.spoils)(soloist.alice)
    assert by_verdict(soloist.judge(data, step="4", final=True), final=True)["failed"] == sabotage.red


def test_who_created_none_has_nothing_to_shut_down(soloist: Soloist, data: Path) -> None:
    """An untouched start achieves nothing, the end included."""
    soloist.put_right()
    soloist.walkthrough.delete_codespace(soloist.alice)
    try:
        soloist.judge(data)
        assert by_verdict(soloist.judge(data, step="4", final=True), final=True)["passed"] == set()
    finally:
        soloist.walkthrough.create_codespace(soloist.alice)


def test_what_github_never_showed_is_not_known_to_be_deleted(soloist: Soloist, data: Path) -> None:
    """An account that may not see it gets the same answer."""
    soloist.put_right()
    soloist.judge(data)
    with closing(sqlite3.connect(data / "journal.sqlite")) as journal, journal:
        journal.execute("DELETE FROM observations WHERE name = ?", (SHOWN,))
    soloist.walkthrough.delete_codespace(soloist.alice)
    try:
        assert END in by_verdict(soloist.judge(data, step="4", final=True), final=True)["inconclusive"]
    finally:
        soloist.walkthrough.create_codespace(soloist.alice)


def test_a_codespace_is_known_by_its_folder_too(soloist: Soloist, data: Path) -> None:
    """A login without the variables that a terminal in the browser has."""
    soloist.put_right()
    gh = soloist.alice.member.targets["codespace"]
    laptop = soloist.walkthrough.laptop(soloist.alice)
    laptop.check("mkdir -p /workspaces/.codespaces")
    soloist.stage.work_on(soloist.alice, laptop.address)
    try:
        assert ENTERED in by_verdict(soloist.judge(data))["passed"]
    finally:
        soloist.stage.work_on(soloist.alice, gh)
        laptop.check("rmdir /workspaces/.codespaces")


def test_files_of_another_user_are_a_clone_nevertheless(soloist: Soloist, data: Path) -> None:
    """git itself would not touch them."""
    soloist.put_right()
    codespace = soloist.walkthrough.codespace(soloist.alice)
    workspace = soloist.walkthrough.workspace(soloist.alice)
    codespace.check("chown -R 4711 %s", workspace)
    try:
        assert by_verdict(soloist.judge(data, retry_s=PATIENCE_S))["passed"] == soloist.lasting
    finally:
        codespace.check("chown -R 0 %s", workspace)


def test_a_git_that_does_not_answer_is_nobody_s_mistake(soloist: Soloist, data: Path) -> None:
    """Where none runs, nobody can say what was cloned."""
    soloist.put_right()
    codespace = soloist.walkthrough.codespace(soloist.alice)
    git = codespace.check("command -v git")
    codespace.check("mv %s %s", git, f"{git}.away")
    try:
        assert by_verdict(soloist.judge(data))["inconclusive"] == {CLONE}
    finally:
        codespace.check("mv %s %s", f"{git}.away", git)
